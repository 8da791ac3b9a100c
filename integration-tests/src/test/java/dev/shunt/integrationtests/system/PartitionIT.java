package dev.shunt.integrationtests.system;

import static dev.shunt.integrationtests.harness.LossAssertions.assertAllAnswered;
import static dev.shunt.integrationtests.harness.LossAssertions.assertNothingLostOnOthersThan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.integrationtests.harness.Trial;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.ops.lab.Losses;
import dev.shunt.ops.lab.MemberStatus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who may be scheduler when members do not hear each other, or do not know everything yet. */
@ExtendWith(ArrayExtension.class)
class PartitionIT {

  @Test
  void whenTheSchedulerIsParted21OnlyTheMajorityAnswersForTheVipAfterOneLease(TestArray array) {
    String parted = array.scheduler();
    List<String> majority = array.nodes();
    array.lab().faults().partition(parted + "|" + String.join(",", majority));
    await()
        .atMost(TestArray.PATIENCE)
        .until(() -> majority.contains(array.scheduler()) && !array.status(parted).isScheduler());
    String next = array.scheduler();

    // The client still reaches all three: three broadcast questions, and whoever answers is shown.
    List<String> answers =
        array
            .lab()
            .exec("client", "arping", "-b", "-c", "3", "-w", "5", "-I", "eth0", LabTopology.VIP)
            .lines()
            .filter(line -> line.contains("reply from"))
            .toList();
    assertThat(answers)
        .isNotEmpty()
        .allMatch(line ->
            line.toLowerCase(java.util.Locale.ROOT)
                .contains(array.lab().topology().require(next).mac()));

    array.lab().faults().healAll();
    array.lab().awaitArray(TestArray.PATIENCE);
    List<String> terms =
        array.lab().statuses().stream().map(MemberStatus::term).distinct().toList();
    assertThat(terms).hasSize(1);
  }

  @Test
  void aMemberThatComesBackIsNotSchedulerBeforeItsTablesAreComplete(TestArray array) {
    String back = array.nodes().getFirst();
    array.lab().faults().kill(back);
    array.lab().faults().tables(back);
    array.lab().faults().restart(back);
    await().atMost(TestArray.PATIENCE).until(() -> array.status(back).present() == 3);
    assertThat(array.status(back).eligible()).isFalse();

    // Whoever it is by now: a JVM that starts may have cost the former one its lease, or have had
    // the other two lose sight of each other, whose tables then take some seconds to be one again.
    await()
        .atMost(TestArray.PATIENCE)
        .until(() -> array.lab().statuses().stream().filter(MemberStatus::eligible).count() == 2);
    MemberStatus before = array.status(array.scheduler());
    array.lab().faults().stepDown(before.member());
    await().atMost(TestArray.PATIENCE).until(() -> hasSchedulerAfter(before, array));
    assertThat(array.scheduler()).isNotEqualTo(back);
    assertThat(array.status(back).eligible()).isFalse();
    assertThat(array.status(back).isScheduler()).isFalse();

    array.lab().faults().healAll();
    await().atMost(TestArray.PATIENCE).until(() -> array.status(back).eligible());
  }

  @Test
  void trafficGoesOnWhileTheSharedTablesStandStill(TestArray array) {
    try (Trial trial = new Trial(array)) {
      Losses losses = trial.after(() -> array.members().forEach(array.lab().faults()::tables));
      String scheduler = array.scheduler();
      await()
          .atMost(TestArray.PATIENCE)
          .until(() ->
              array
                      .lab()
                      .admin(scheduler)
                      .get("/v1/status")
                      .path("replication")
                      .path("stalled_millis")
                      .asLong()
                  > 500);
      trial.awaitFresh(Trial.nowMicros());

      assertNothingLostOnOthersThan(List.of(), losses);
      assertNothingLostOnOthersThan(List.of(), trial.losses());
      assertAllAnswered(trial.losses());
      array.lab().faults().healAll();
    }
  }

  private static boolean hasSchedulerAfter(MemberStatus before, TestArray array) {
    return array
        .lab()
        .scheduler()
        .filter(now -> MemberStatus.compareTerms(now.term(), before.term()) > 0)
        .isPresent();
  }
}
