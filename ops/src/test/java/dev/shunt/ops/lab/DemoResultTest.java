package dev.shunt.ops.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shunt.ops.lab.Deliveries.Seen;
import dev.shunt.ops.lab.LoadReport.Download;
import dev.shunt.ops.lab.LoadReport.State;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The demonstration says only what it saw. */
class DemoResultTest {

  private static final double QUIET_MILLIS = 9;
  private static final PathEvidence PATH = new PathEvidence(100, 0, 200, 0, 1001);
  private static final int DOWNLOAD = 7;
  private static final Seen DELIVERED = new Seen(900, 0, 2);

  @Test
  void everythingSeenIsSuccess() {
    DemoResult result =
        DemoResult.judge(evidence(PATH, kill("m2", 20, 0), cut("m3", 600), 0, true));

    assertThat(result.ok()).isTrue();
    assertThat(result.claims()).extracting(DemoResult.Claim::ok).containsOnly(true);
    assertThat(result.killBlackoutMillis()).isEqualTo(20);
    assertThat(result.killDeliveries()).isEqualTo(DELIVERED);
    assertThat(result.lostOnLivingMembers()).isZero();
    assertThat(result.lostOnFailedMembers()).isEqualTo(8);
  }

  @Test
  void eachThingThatWasNotSeenIsAFailure() {
    PathEvidence plain = new PathEvidence(100, 1, 200, 0, 1001);
    PathEvidence back = new PathEvidence(100, 0, 200, 1, 1001);
    List<DemoEvidence> lacking =
        List.of(
            evidence(plain, kill("m2", 20, 0), cut("m3", 600), 0, true),
            evidence(back, kill("m2", 20, 0), cut("m3", 600), 0, true),
            evidence(PATH, kill("", 20, 0), cut("m3", 600), 0, true),
            evidence(PATH, kill("m2", 20, 0, new Seen(900, 0, 50)), cut("m3", 600), 0, true),
            evidence(PATH, kill("m2", 20, 0, new Seen(900, 1, 2)), cut("m3", 600), 0, true),
            evidence(PATH, kill("m2", 20, 0, new Seen(0, 0, 0)), cut("m3", 600), 0, true),
            evidence(PATH, kill("m2", 20, 1), cut("m3", 600), 0, true),
            evidence(PATH, kill("m2", 20, 0), cut("", 600), 0, true),
            evidence(PATH, kill("m2", 20, 0), cut("m3", 1_100), 0, true),
            evidence(PATH, kill("m2", 20, 0), cut("m3", -1), 0, true),
            evidence(PATH, kill("m2", 20, 0), cut("m3", 600), 1, true),
            evidence(PATH, kill("m2", 20, 0), cut("m3", 600), 0, false));

    for (DemoEvidence seen : lacking) {
      DemoResult result = DemoResult.judge(seen);
      assertThat(result.ok()).as("%s", seen).isFalse();
      assertThat(result.claims()).filteredOn(claim -> !claim.ok()).hasSize(1);
    }
  }

  @Test
  void theJsonHasTheNamesThatArePromised() {
    JsonNode json =
        new ObjectMapper()
            .valueToTree(
                DemoResult.judge(evidence(PATH, kill("m2", 20, 0), cut("m3", 600), 0, true)));

    assertThat(json.fieldNames())
        .toIterable()
        .contains(
            "members",
            "requests",
            "failed",
            "direct_return",
            "labelled",
            "quiet_blackout_ms",
            "kill_blackout_ms",
            "kill_deliveries",
            "cut_deliveries",
            "cut_blackout_ms",
            "long_download_survived",
            "kill_new_scheduler_ms",
            "cut_new_scheduler_ms",
            "lost_on_living_members",
            "claims");
    assertThat(json.path("claims").path(0).path("ok").asBoolean()).isTrue();
  }

  private static DemoEvidence evidence(
      PathEvidence path,
      DemoEvidence.FaultEvidence kill,
      DemoEvidence.FaultEvidence cut,
      int withoutFault,
      boolean complete) {
    Download download = new Download(DOWNLOAD, State.CLOSED, 0, 1_000, complete, List.of());
    LoadReport load =
        new LoadReport(
            0, 5_000, 8, 100, Map.of(), List.of(), List.of(download), List.of(), List.of());
    return new DemoEvidence(3, QUIET_MILLIS, path, kill, cut, load, DOWNLOAD, withoutFault);
  }

  private static DemoEvidence.FaultEvidence kill(String next, double blackout, int lostOnOther) {
    return kill(next, blackout, lostOnOther, DELIVERED);
  }

  private static DemoEvidence.FaultEvidence kill(
      String next, double blackout, int lostOnOther, Seen deliveries) {
    Losses losses =
        new Losses(
            Map.of(
                "m1", new Losses.OnMember(4, 4, 0, 0, 0),
                "m2", new Losses.OnMember(4, lostOnOther, 0, blackout, 0)),
            0,
            20,
            List.of());
    return new DemoEvidence.FaultEvidence("m1", next, 120, 0, 10, true, losses, deliveries);
  }

  private static DemoEvidence.FaultEvidence cut(String next, double servedAgain) {
    Losses losses =
        new Losses(
            Map.of(
                "m2",
                new Losses.OnMember(4, 4, 0, 0, 0),
                "m3",
                new Losses.OnMember(4, 0, 0, 400, 0)),
            3,
            servedAgain,
            List.of());
    return new DemoEvidence.FaultEvidence("m2", next, 350, 20, 30, true, losses, DELIVERED);
  }
}
