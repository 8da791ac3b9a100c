package dev.shunt.integrationtests.system;

import static dev.shunt.integrationtests.harness.LossAssertions.assertAllAnswered;
import static dev.shunt.integrationtests.harness.LossAssertions.assertNothingLostOnOthersThan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.integrationtests.harness.Trial;
import dev.shunt.ops.lab.Losses;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claim A3: the scheduler fails, and another member is scheduler. */
@ExtendWith(ArrayExtension.class)
class FailoverIT {

  private static final double KILL_SILENCE_MILLIS = 50;

  /** Odd. One kill says little: the machine itself is silent for longer now and then. */
  private static final int KILLS = 5;

  private static final double CUT_SERVED_AGAIN_MILLIS = 1_000;

  @Test
  void aKilledSchedulersJvmCostsNoConnectionOnOtherMembersAndHardlyAPause(TestArray array) {
    List<Double> beyond = new ArrayList<>();
    for (int i = 0; i < KILLS; i++) {
      String killed = array.scheduler();
      beyond.add(silenceBeyondTheMachinesOwn(array, killed));
      array.lab().faults().restart(killed);
      array.lab().awaitArray(TestArray.PATIENCE);
    }
    List<Double> sorted = beyond.stream().sorted().toList();
    assertThat(sorted.get(KILLS / 2))
        .as("median of %s ms beyond the machine's own silence", sorted)
        .isLessThan(KILL_SILENCE_MILLIS);
  }

  /** Milliseconds; below zero where the machine was silent for longer while nothing was broken. */
  private static double silenceBeyondTheMachinesOwn(TestArray array, String killed) {
    try (Trial trial = new Trial(array)) {
      Losses losses = trial.after(() -> array.lab().faults().kill(killed));
      awaitAnother(array, killed);

      assertNothingLostOnOthersThan(List.of(killed), losses);
      assertAllAnswered(losses);
      return losses.blackoutOnOthersThan(killed) - trial.quietMillis(killed);
    }
  }

  @Test
  void aCutLinkOfTheSchedulerLosesNothingThatWasEstablishedOnOtherMembers(TestArray array) {
    String cut = array.scheduler();
    try (Trial trial = new Trial(array)) {
      Losses losses = trial.after(() -> array.lab().faults().cut(cut));
      awaitAnother(array, cut);

      assertNothingLostOnOthersThan(List.of(cut), losses);
      assertThat(losses.servedAgainMillis()).isBetween(0.0, CUT_SERVED_AGAIN_MILLIS);
    }
  }

  @Test
  void aFrozenSchedulerIsReplacedAndIsNotSchedulerWhenItWakes(TestArray array) {
    String frozen = array.scheduler();
    try (Trial trial = new Trial(array)) {
      Losses losses = trial.after(() -> array.lab().faults().freeze(frozen));
      String next = awaitAnother(array, frozen);
      array.lab().faults().thaw(frozen);
      await().atMost(TestArray.PATIENCE).until(() -> array.status(frozen).scheduler().equals(next));

      assertThat(array.status(frozen).isScheduler()).isFalse();
      assertNothingLostOnOthersThan(List.of(frozen), losses);
    }
  }

  @Test
  void aKilledJvmFindsItsKernelProgramAndItsSessionsAgain(TestArray array) {
    String killed = array.scheduler();
    try (Trial trial = new Trial(array)) {
      trial.after(() -> array.lab().faults().kill(killed));
      array.lab().faults().restart(killed);
      array.lab().awaitArray(TestArray.PATIENCE);

      JsonNode dataPlane = array.lab().admin(killed).get("/v1/status").path("data_plane");
      assertThat(dataPlane.path("adopted").asBoolean()).isTrue();
      assertNothingLostOnOthersThan(List.of(killed), trial.losses());
    }
  }

  @Test
  void aSchedulerThatStepsDownLosesNothing(TestArray array) {
    String first = array.scheduler();
    try (Trial trial = new Trial(array)) {
      Losses losses = trial.after(() -> array.lab().faults().stepDown(first));
      awaitAnother(array, first);

      assertNothingLostOnOthersThan(List.of(), losses);
      assertAllAnswered(losses);
    }
  }

  private static String awaitAnother(TestArray array, String faulty) {
    return await()
        .atMost(TestArray.PATIENCE)
        .until(
            () ->
                array.lab().statuses().stream()
                    .filter(s -> s.isScheduler() && !s.member().equals(faulty))
                    .map(s -> s.member())
                    .findFirst(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }
}
