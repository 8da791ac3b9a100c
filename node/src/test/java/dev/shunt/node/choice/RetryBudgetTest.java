package dev.shunt.node.choice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static int takeAll(RetryBudget budget, long now) {
    int taken = 0;
    while (budget.take(now)) {
      taken++;
    }
    return taken;
  }

  @Test
  void aPartOfTheLastRequestsAndAFewMoreMayBeSentAgain() {
    RetryBudget budget = new RetryBudget(20, 5, 0);
    assertThat(takeAll(budget, 0)).as("without a request").isEqualTo(5);
    for (int i = 0; i < 100; i++) {
      budget.request(SECOND);
    }
    assertThat(takeAll(budget, SECOND)).isEqualTo(20);
    assertThat(takeAll(budget, 9 * SECOND)).isZero();
  }

  @Test
  void whatIsOlderThanTenSecondsCountsNoMore() {
    RetryBudget budget = new RetryBudget(20, 0, -3 * SECOND);
    for (int i = 0; i < 100; i++) {
      budget.request(-3 * SECOND);
    }
    assertThat(takeAll(budget, 0)).isEqualTo(20);
    for (int i = 0; i < 50; i++) {
      budget.request(6 * SECOND);
    }
    assertThat(takeAll(budget, 6 * SECOND)).isEqualTo(10);
    assertThat(takeAll(budget, 7 * SECOND)).as("100 requests and 20 retries are gone").isZero();
    assertThat(takeAll(budget, 10 * SECOND)).isEqualTo(0);
    assertThat(takeAll(budget, 100 * SECOND)).isZero();
    budget.request(200 * SECOND);
    assertThat(takeAll(budget, 200 * SECOND)).as("one is less than a fifth of one").isEqualTo(1);
  }

  @Test
  void inTheLongRunNoMoreThanThePartIsSentAgain() {
    RetryBudget budget = new RetryBudget(20, 10, 0);
    int taken = 0;
    for (int i = 0; i < 60_000; i++) {
      long now = i * SECOND / 1000;
      budget.request(now);
      taken += budget.take(now) ? 1 : 0;
    }
    assertThat(taken).isBetween(11_000, 12_100);
  }
}
