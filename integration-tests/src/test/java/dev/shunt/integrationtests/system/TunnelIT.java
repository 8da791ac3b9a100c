package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.integrationtests.harness.Decoder;
import dev.shunt.integrationtests.harness.SmallArray;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.Frame;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.scheduler.Encap;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An array of daemons with {@code encap: udp}. */
class TunnelIT {

  private static final int REQUESTS = 30;
  private static final int LARGE = 4 << 20;
  private static final int MAX_FRAMES = 100_000;

  /** Requests of both IP versions, the scheduler's death, and what was on its wire until then. */
  @Test
  void anArrayWhoseLabelsGoInUdpServesAndOutlivesItsScheduler() {
    try (TestArray array = SmallArray.tunnelled()) {
      String scheduler = array.scheduler();
      List<Frame> frames;
      try (Capture capture =
          array.lab().capture(scheduler, "udp port " + Encap.UDP_PORT + " or mpls", MAX_FRAMES)) {
        assertServes(array);
        frames = capture.stop();
        assertDecoded(array, capture.file());
      }

      assertThat(frames)
          .isNotEmpty()
          .allSatisfy(frame -> {
            assertThat(frame.destinationPort()).isEqualTo(Encap.UDP_PORT);
            assertThat(frame.sourcePort()).isBetween(49_152, 65_535);
            assertThat(frame.labelled()).isFalse();
          });
      assertThat(frames).extracting(Frame::source).containsOnly(address(array, scheduler));
      assertThat(frames)
          .extracting(Frame::destination)
          .containsOnly(array.nodes().stream().map(m -> address(array, m)).toArray(String[]::new));
      assertThat(array.lab().admin(scheduler).get("/v1/labels?limit=100").toString())
          .contains("to_tunnel");

      array.lab().faults().kill(scheduler);
      await()
          .atMost(TestArray.PATIENCE)
          .ignoreExceptions()
          .until(() -> !array.scheduler().equals(scheduler));
      assertServes(array);
    }
  }

  /** A target's label, alone or above a session's, and what is inside, to a decoder not ours. */
  private static void assertDecoded(TestArray array, Path capture) {
    List<String> read =
        Decoder.fields(
            capture, "mpls.label", "mpls.exp", "mpls.bottom", "mpls.ttl", "ip.dst", "ipv6.dst");
    String scheduler = array.scheduler();
    String targets =
        array.nodes().stream()
            .map(m -> Integer.toString(1024 + 2 * array.members().indexOf(m)))
            .collect(Collectors.joining("|", "(", ")"));
    String targets6 =
        array.nodes().stream()
            .map(m -> Integer.toString(1025 + 2 * array.members().indexOf(m)))
            .collect(Collectors.joining("|", "(", ")"));
    String to = "10\\.77\\.0\\.1\\d";
    assertThat(read)
        .as("read at %s", scheduler)
        .allMatch(line ->
            line.matches(targets + " 0 1 64 " + to + ",10\\.77\\.0\\.100 ?")
                || line.matches(
                    targets + ",\\d+[13579] 0,0 0,1 64,64 " + to + ",10\\.77\\.0\\.100 ?")
                || line.matches(targets6 + " 0 1 64 " + to + " fd00:77::100"))
        .anyMatch(line -> line.matches(targets + " .*"))
        .anyMatch(line -> line.matches(targets + ",.*"))
        .anyMatch(line -> line.matches(targets6 + " .*"));
  }

  private static void assertServes(TestArray array) {
    IntStream.range(0, REQUESTS)
        .forEach(i -> {
          assertThat(get(array, TestArray.url(LabTopology.WEB_PORT, "/bytes/1000")))
              .endsWith("1000");
          assertThat(get(array, TestArray.url6("/bytes/1000"))).endsWith("1000");
        });
    assertThat(get(array, TestArray.url(LabTopology.WEB_PORT, "/bytes/" + LARGE)))
        .endsWith("" + LARGE);
  }

  private static String get(TestArray array, String url) {
    return await()
        .atMost(TestArray.PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                array.curl("-o", "/dev/null", "-w", "%{http_code} %{size_download}", url).getLast(),
            answer -> answer.startsWith("200 "));
  }

  private static String address(TestArray array, String member) {
    return array.lab().topology().require(member).address();
  }
}
