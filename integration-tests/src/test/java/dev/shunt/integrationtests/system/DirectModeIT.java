package dev.shunt.integrationtests.system;

import static dev.shunt.integrationtests.harness.DirectService.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Download;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.Frame;
import dev.shunt.ops.lab.LabHost;
import dev.shunt.ops.lab.LabTopology;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claims L4 and L12: servers that hold the VIP themselves, without nodes between. */
@ExtendWith(ArrayExtension.class)
class DirectModeIT {

  private static final int MAX_FRAMES = 100_000;
  private static final int REQUESTS = 60;

  /**
   * Two checks in a row, 500 ms apart give or take 10 %, of up to 500 ms each; then a report and a
   * step of each member, and what a crowded machine adds.
   */
  private static final Duration NOTICED = Duration.ofSeconds(10);

  @Test
  void serversGetClientsPacketsAsTheyAreAndAnswerThemPastTheScheduler(TestArray array) {
    String scheduler = array.scheduler();
    List<Frame> frames;
    // Members check this service through its VIP: only the client's frames are looked at.
    String filter =
        "host %s and host %s"
            .formatted(LabTopology.PLAIN_VIP, array.lab().topology().client().address());
    try (Capture capture = array.lab().capture(scheduler, filter, MAX_FRAMES)) {
      assertThat(PLAIN.ask(array, 20)).hasSize(20);
      // To the end of a capture the last packet may have come in and not yet gone out.
      frames =
          await()
              .atMost(TestArray.PATIENCE)
              .until(
                  capture::frames,
                  seen ->
                      in(array, seen).size() > 60
                          && in(array, seen).size() == out(array, seen).size());
    }

    assertThat(frames).noneMatch(Frame::labelled).noneMatch(f -> answers(f));
    // Claim L12: what went out is what came in, but for the link addresses.
    assertThat(out(array, frames)).containsExactlyElementsOf(in(array, frames));
  }

  /** The client's packets to the VIP as they come to the scheduler. */
  private static List<List<Object>> in(TestArray array, List<Frame> frames) {
    String client = array.lab().topology().client().mac();
    return frames.stream()
        .filter(f -> f.sourceMac().equals(client) && f.sourcePort() > 0)
        .map(DirectModeIT::ipHeader)
        .toList();
  }

  /** What goes on to the servers. */
  private static List<List<Object>> out(TestArray array, List<Frame> frames) {
    List<String> servers = array.lab().topology().serverHosts().stream().map(LabHost::mac).toList();
    return frames.stream()
        .filter(f -> servers.contains(f.destinationMac()))
        .map(DirectModeIT::ipHeader)
        .toList();
  }

  @Test
  void everyServerGetsItsShareAndADeadOneNothingUntilItLives(TestArray array) {
    assertThat(PLAIN.served(array, REQUESTS)).containsOnlyKeys("s1", "s2", "s3");
    String dead = "s2";
    array.lab().faults().kill(dead);
    PLAIN.awaitTakers(array, takers -> !takers.contains(dead));
    assertThat(PLAIN.served(array, REQUESTS)).containsOnlyKeys("s1", "s3");

    array.lab().faults().restart(dead);
    PLAIN.awaitTakers(array, takers -> takers.contains(dead));
    assertThat(PLAIN.served(array, REQUESTS)).containsOnlyKeys("s1", "s2", "s3");
  }

  /** What a check of the server's own address never sees. */
  @Test
  void aServerWithoutTheVipGetsNoNewSessionsThoughItsOwnAddressAnswers(TestArray array) {
    String host = "s3";
    lo(array, host, "del");
    try {
      for (String member : array.members()) {
        await().atMost(NOTICED).until(() -> !PLAIN.takers(array, member).contains(host));
      }
      assertThat(PLAIN.served(array, REQUESTS)).containsOnlyKeys("s1", "s2");
      String own = array.lab().topology().require(host).address();
      assertThat(array.curl("http://%s:%d/health".formatted(own, LabTopology.SERVER_PORT)))
          .isNotEmpty();
    } finally {
      lo(array, host, "add");
    }
    for (String member : array.members()) {
      await().atMost(NOTICED).until(() -> PLAIN.takers(array, member).contains(host));
    }
    assertThat(PLAIN.served(array, REQUESTS)).containsOnlyKeys("s1", "s2", "s3");
  }

  private static void lo(TestArray array, String host, String command) {
    String vip = LabTopology.PLAIN_VIP + "/32";
    array.lab().exec(host, "ip", "address", command, vip, "dev", "lo");
  }

  @Test
  void aDownloadOutlivesTheDeathOfTheScheduler(TestArray array) {
    String first = array.scheduler();
    Download download = Download.start(array, Download.freshPort(), PLAIN.url(""));
    await()
        .atMost(TestArray.PATIENCE)
        .until(() -> array.lab().admin(first).get("/v1/sessions").path("sessions").size() > 0);
    array.lab().faults().kill(first);

    Download.nextScheduler(array, first);
    assertThat(download).matches(Download::isWhole);
  }

  private static boolean answers(Frame frame) {
    return frame.from(LabTopology.PLAIN_VIP, LabTopology.SERVER_PORT);
  }

  private static List<Object> ipHeader(Frame frame) {
    return List.of(
        frame.source(),
        frame.sourcePort(),
        frame.destination(),
        frame.destinationPort(),
        frame.tcpFlags(),
        frame.length());
  }
}
