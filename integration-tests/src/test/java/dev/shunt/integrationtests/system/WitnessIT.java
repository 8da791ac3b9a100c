package dev.shunt.integrationtests.system;

import static dev.shunt.integrationtests.harness.LossAssertions.assertAllAnswered;
import static dev.shunt.integrationtests.harness.LossAssertions.assertNothingLostOnOthersThan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.SmallArray;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.integrationtests.harness.Trial;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.LabFaults;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.ops.lab.Losses;
import dev.shunt.ops.lab.MemberStatus;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two members and a witness: the smallest array that outlives any one of its hosts. */
class WitnessIT {

  private static final String WITNESS = "w1";
  private static final int MAX_FRAMES = 1_000;

  /**
   * Each of them would be lost with a chance of one half if the absent member were still chosen.
   */
  private static final int CONNECTIONS = 30;

  @RegisterExtension
  static final ArrayExtension ARRAY = ArrayExtension.ofItsOwn(SmallArray::withWitness);

  /** How a scheduler fails; killed last, for its JVM needs the longest to come back. */
  enum Failure {
    CUT,
    FROZEN,
    KILLED;

    String strike(LabFaults faults, String host) {
      return switch (this) {
        case CUT -> faults.cut(host);
        case FROZEN -> faults.freeze(host);
        case KILLED -> faults.kill(host);
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  void whicheverWayTheSchedulerFailsTheOtherMemberIsSchedulerAndLosesNothing(
      Failure failure, TestArray array) {
    String failed = array.scheduler();
    String other = array.nodes().getFirst();
    try (Capture traffic = traffic(array);
        Trial trial = new Trial(array)) {
      Losses losses = trial.after(() -> failure.strike(array.lab().faults(), failed));
      await().atMost(TestArray.PATIENCE).until(() -> array.status(other).isScheduler());

      assertThat(array.status(WITNESS).scheduler()).isEqualTo(other);
      assertNothingLostOnOthersThan(List.of(failed), losses);
      assertThat(losses.servedAgainMillis()).isNotNegative();
      assertThat(traffic.frames()).as("to or from the witness").isEmpty();
      if (failure == Failure.FROZEN) {
        array.lab().faults().thaw(failed);
        await().atMost(TestArray.PATIENCE).until(() -> knows(array, failed, other));
      }
    }
  }

  @Test
  void aWitnessThatDiesCostsNothingButIsToldOf(TestArray array) {
    MemberStatus before = array.status(array.scheduler());
    try (Trial trial = new Trial(array)) {
      Losses losses = trial.after(() -> array.lab().faults().kill(WITNESS));
      await()
          .atMost(TestArray.PATIENCE)
          .untilAsserted(() ->
              assertThat(warnings(array, before.member()))
                  .contains("witness w1 is not reached: its vote is missing if a member fails"));
      assertNothingLostOnOthersThan(List.of(), losses);
      assertAllAnswered(losses);
      trial.awaitFresh(Trial.nowMicros());

      array.lab().faults().restart(WITNESS);
      array.lab().awaitArray(TestArray.PATIENCE);
      assertNothingLostOnOthersThan(List.of(), trial.losses());
    }
    assertThat(warnings(array, before.member())).noneMatch(w -> w.contains("witness"));
  }

  @Test
  void withoutSchedulerAndWitnessNobodyHoldsTheVipUntilTheWitnessIsBack(TestArray array) {
    String failed = array.scheduler();
    String left = array.nodes().getFirst();
    array.lab().faults().kill(WITNESS);
    array.lab().faults().kill(failed);
    await()
        .atMost(TestArray.PATIENCE)
        .until(() -> array.status(left).present() == 1 && array.status(left).scheduler().isEmpty());
    // The killed one's kernel still has its program, and its lease is over.
    await().atMost(TestArray.PATIENCE).until(() -> replies(array).isEmpty());
    assertThat(replies(array)).isEmpty();
    assertThat(array.status(left).isScheduler()).isFalse();
    assertThat(warnings(array, left))
        .contains("no majority of the members is reached: nobody can be scheduler");

    array.lab().faults().restart(WITNESS);
    await().atMost(TestArray.PATIENCE).until(() -> array.status(left).isScheduler());
    await()
        .atMost(TestArray.PATIENCE)
        .untilAsserted(() ->
            assertThat(replies(array)).isNotEmpty().allMatch(r -> r.contains(mac(array, left))));
    assertThat(array.curl(TestArray.url(LabTopology.WEB_PORT, "/status/204"), "-w", "%{http_code}"))
        .containsExactly("204");
  }

  @Test
  void ofTwoThatDoNotHearEachOtherTheOneWithTheWitnesssVoteAnswers(TestArray array) {
    assertOneOfTwoPartedMembersServes(array);
  }

  /** It hears both, so its group keeps both. */
  @Test
  void aWitnessThatLeadsTheGroupDoesNotHideThatTheTwoDoNotHearEachOther(TestArray array) {
    for (String member : array.members()) {
      array.lab().faults().kill(member);
      array.lab().faults().restart(member);
      array.lab().awaitArray(TestArray.PATIENCE);
    }
    assertOneOfTwoPartedMembersServes(array);
  }

  private static void assertOneOfTwoPartedMembersServes(TestArray array) {
    array.lab().faults().partition(String.join("|", array.members()));
    // Which of the two it is, depends on who leads the group.
    MemberStatus holder =
        await()
            .atMost(TestArray.PATIENCE)
            .until(() -> array.lab().scheduler().filter(s -> s.present() == 2), Optional::isPresent)
            .orElseThrow();
    await()
        .atMost(TestArray.PATIENCE)
        .untilAsserted(() ->
            assertThat(replies(array))
                .isNotEmpty()
                .allMatch(r -> r.contains(mac(array, holder.member()))));
    assertThat(array.lab().statuses().stream().filter(MemberStatus::isScheduler)).hasSize(1);

    String url = TestArray.url(LabTopology.WEB_PORT, "/status/204");
    for (int i = 0; i < CONNECTIONS; i++) {
      assertThat(array.curl(url, "-m", "5", "-w", "%{http_code}")).containsExactly("204");
    }
    assertThat(array.status(holder.member())).isEqualTo(holder);

    array.lab().faults().healAll();
    array.lab().awaitArray(TestArray.PATIENCE);
  }

  @Test
  void aWitnessTellsWhatItIsAndRefusesWhatItIsNot(TestArray array) {
    JsonNode status = array.lab().admin(WITNESS).get("/v1/status");
    assertThat(status.at("/role/role").asText()).isEqualTo("witness");
    assertThat(status.at("/warnings")).isEmpty();
    assertThat(status.has("data_plane")).isFalse();
    String member = array.scheduler();
    assertThatThrownBy(() -> array.lab().admin(member).drain(WITNESS, true))
        .hasMessageContaining(
            "w1 is a witness: it carries no traffic, so there is nothing to drain");
    assertThatThrownBy(() -> array.lab().admin(WITNESS).get("/v1/services"))
        .hasMessageContaining("ask m1 or m2");
    assertThat(array.lab().exec(WITNESS, "ip", "-d", "address"))
        .doesNotContain(LabTopology.VIP)
        .doesNotContain(LabTopology.EVERY_VIP)
        .doesNotContain("xdp");
  }

  /** Frames with a label or a VIP that are for the witness alone, or by it. */
  private static Capture traffic(TestArray array) {
    String mine = "ether host " + mac(array, WITNESS);
    List<String> vips =
        List.of(
            LabTopology.VIP,
            LabTopology.VIP6,
            LabTopology.PLAIN_VIP,
            LabTopology.LABELLED_VIP,
            LabTopology.LABELLED_VIP6,
            LabTopology.EVERY_VIP);
    String any = String.join(" or ", vips.stream().map(vip -> "host " + vip).toList());
    return array
        .lab()
        .capture(WITNESS, "%s and (ether proto 0x8847 or %s)".formatted(mine, any), MAX_FRAMES);
  }

  private static String mac(TestArray array, String host) {
    return array.lab().topology().require(host).mac();
  }

  /** Three broadcast questions for the VIP, and whoever answers. */
  private static List<String> replies(TestArray array) {
    String ask = "arping -b -c 3 -w 3 -I eth0 %s || true".formatted(LabTopology.VIP);
    return array
        .lab()
        .exec(Duration.ofSeconds(20), "client", "sh", "-c", ask)
        .lines()
        .filter(line -> line.contains("reply from"))
        .map(line -> line.toLowerCase(Locale.ROOT))
        .toList();
  }

  private static List<String> warnings(TestArray array, String member) {
    JsonNode warnings = array.lab().admin(member).get("/v1/status").path("warnings");
    return StreamSupport.stream(warnings.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static boolean knows(TestArray array, String member, String scheduler) {
    MemberStatus status = array.status(member);
    return status.scheduler().equals(scheduler) && !status.isScheduler();
  }
}
