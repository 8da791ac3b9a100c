package dev.shunt.integrationtests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.ops.lab.Losses;
import java.util.List;

/** What must not be lost, said with each failure's story. */
public final class LossAssertions {

  private LossAssertions() {}

  /** No connection, established or new, was lost on another member than those named. */
  public static void assertNothingLostOnOthersThan(List<String> faulty, Losses losses) {
    assertThat(losses.lostOnOthersThan(faulty))
        .as("lost on others than %s; failures: %s", faulty, losses.failures())
        .isZero();
  }

  /** No connection went unanswered by every member. */
  public static void assertAllAnswered(Losses losses) {
    assertThat(losses.nobodys()).as("unanswered; failures: %s", losses.failures()).isZero();
  }
}
