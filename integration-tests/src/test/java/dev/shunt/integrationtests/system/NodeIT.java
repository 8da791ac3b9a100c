package dev.shunt.integrationtests.system;

import static dev.shunt.integrationtests.harness.LossAssertions.assertNothingLostOnOthersThan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Shop;
import dev.shunt.integrationtests.harness.SmallArray;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.integrationtests.harness.Trial;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.ops.lab.Losses;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claims A2 and A4: every member is a node, the scheduler too; a failed one is avoided. */
@ExtendWith(ArrayExtension.class)
class NodeIT {

  @Test
  void theSchedulersOwnNodeServesItsShare(TestArray array) {
    try (Trial trial = new Trial(array)) {
      String scheduler = array.scheduler();

      assertThat(array.targets(scheduler)).containsExactlyElementsOf(array.members());
      assertThat(trial.fresh(0))
          .anyMatch(
              f -> trial.servedBy().member(f.port()).equals(java.util.Optional.of(scheduler)));
    }
  }

  @Test
  void oneMemberAloneSchedulesToItself() {
    try (TestArray alone = SmallArray.ofOne()) {
      assertThat(alone.scheduler()).isEqualTo("m1");
      assertThat(
              alone.curl(TestArray.url(LabTopology.WEB_PORT, "/status/204"), "-w", "%{http_code}"))
          .containsExactly("204");
    }
  }

  @Test
  void aKilledNodeCostsOnlyItsOwnConnectionsGetsNoNewOnesAndWhatItLearnedIsKnown(TestArray array) {
    String killed = array.nodes().getFirst();
    Shop shop = new Shop(array);
    String session = learnedBy(killed, shop);
    assertThat(shop.awaitSame("session_id_entries")).isPositive();
    Set<String> itsServer = Shop.servers(shop.ask("-b", "JSESSIONID=" + session));
    assertThat(itsServer).hasSize(1);
    try (Trial trial = new Trial(array)) {
      Losses losses = trial.after(() -> array.lab().faults().kill(killed));
      await()
          .atMost(TestArray.PATIENCE)
          .until(() -> !array.targets(array.scheduler()).contains(killed));
      long avoided = Trial.nowMicros();
      trial.awaitFresh(avoided);

      assertNothingLostOnOthersThan(List.of(killed), losses);
      assertThat(losses.lostOn(killed)).isPositive();
      assertThat(trial.fresh(avoided))
          .noneMatch(f -> trial.servedBy().member(f.port()).equals(java.util.Optional.of(killed)));
      assertNothingLostOnOthersThan(List.of(killed), trial.losses());
    }
    assertThat(Shop.servers(shop.ask("-b", "JSESSIONID=" + session))).isEqualTo(itsServer);
  }

  /** A session that began through this member. */
  private static String learnedBy(String member, Shop shop) {
    for (int i = 0; i < 40; i++) {
      long before = shop.count(member, "session_id_learned");
      String id = "node" + ProcessHandle.current().pid() + "x" + i;
      shop.login(id);
      if (shop.count(member, "session_id_learned") > before) {
        return id;
      }
    }
    throw new AssertionError("no connection of many went to " + member);
  }

  @Test
  void aDrainedMemberKeepsItsConnectionsAndGetsNoNewOnes(TestArray array) {
    String drained = array.nodes().getFirst();
    try (Trial trial = new Trial(array)) {
      Losses losses = trial.after(() -> array.lab().faults().drain(drained, true));
      await()
          .atMost(TestArray.PATIENCE)
          .until(() -> !array.targets(array.scheduler()).contains(drained));
      long avoided = Trial.nowMicros();
      trial.awaitFresh(avoided);

      assertNothingLostOnOthersThan(List.of(), losses);
      assertNothingLostOnOthersThan(List.of(), trial.losses());
      assertThat(trial.fresh(avoided))
          .noneMatch(f -> trial.servedBy().member(f.port()).equals(java.util.Optional.of(drained)));
    }
  }

  @Test
  void theSchedulerDrainedHandsOverAndLosesNothing(TestArray array) {
    String drained = array.scheduler();
    try (Trial trial = new Trial(array)) {
      trial.after(() -> array.lab().faults().drain(drained, true));
      await().atMost(TestArray.PATIENCE).until(() -> !array.scheduler().equals(drained));
      trial.awaitFresh(Trial.nowMicros());

      assertNothingLostOnOthersThan(List.of(), trial.losses());
    }
  }
}
