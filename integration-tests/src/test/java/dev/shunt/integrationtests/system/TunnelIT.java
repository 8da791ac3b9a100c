package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.integrationtests.harness.DatagramCrowd;
import dev.shunt.integrationtests.harness.Datagrams;
import dev.shunt.integrationtests.harness.Decoder;
import dev.shunt.integrationtests.harness.SmallArray;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.Capture;
import dev.shunt.ops.lab.Frame;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An array of daemons with {@code encap: udp}, one of whose members is behind a router. */
class TunnelIT {

  private static final String FAR = "m3";
  private static final int REQUESTS = 30;
  private static final int LARGE = 4 << 20;
  private static final int MAX_FRAMES = 100_000;
  private static final String SHORT = "0123456789".repeat(130);
  private static final String LONG = "0123456789".repeat(6_000);
  private static final String TUNNELLED = "udp port " + Encap.UDP_PORT + " or mpls";

  /**
   * Requests of both IP versions, the scheduler's death, and what was on both sides of the router.
   */
  @Test
  void aMemberBehindARouterServesByLabelsInUdpAndOutlivesItsScheduler() throws Exception {
    try (TestArray array = SmallArray.tunnelled()) {
      String scheduler = array.scheduler();
      assertThat(scheduler).isNotEqualTo(FAR);
      List<Frame> frames;
      List<Frame> routed;
      try (Capture near = array.lab().capture(scheduler, TUNNELLED, MAX_FRAMES);
          Capture far = array.lab().capture(FAR, TUNNELLED, MAX_FRAMES)) {
        assertServes(array);
        frames = near.stop();
        routed = far.stop();
        assertDecoded(array, near.file(), array.nodes(), 64);
        assertDecoded(array, far.file(), List.of(FAR), 63);
      }

      assertTunnelled(frames, address(array, scheduler));
      assertThat(frames)
          .extracting(Frame::destination)
          .containsOnly(array.nodes().stream().map(m -> address(array, m)).toArray(String[]::new));
      assertTunnelled(routed, address(array, scheduler));
      assertThat(routed).extracting(Frame::destination).containsOnly(address(array, FAR));
      assertThat(array.lab().admin(scheduler).get("/v1/labels?limit=100").toString())
          .contains("to_tunnel");
      assertRelays(array, LabTopology.VIP, LabTopology.ECHO_PORT, SHORT);
      assertRelays(array, LabTopology.VIP, LabTopology.LABELLED_ECHO_PORT, SHORT);
      assertRelays(array, LabTopology.VIP6, LabTopology.ECHO_PORT, LONG);

      array.lab().faults().kill(scheduler);
      await()
          .atMost(TestArray.PATIENCE)
          .ignoreExceptions()
          .until(() -> !array.scheduler().equals(scheduler));
      assertThat(array.scheduler()).isNotEqualTo(FAR);
      assertServes(array);
    }
  }

  /** Datagrams through all of the members, of many packets where clients learn how long. */
  private static void assertRelays(TestArray array, String vip, int port, String text)
      throws Exception {
    InetSocketAddress service = new InetSocketAddress(InetAddress.ofLiteral(vip), port);
    try (DatagramCrowd crowd = new DatagramCrowd(array, service)) {
      assertThat(crowd.of(address(array, FAR))).isNotEmpty();
      crowd.assertGoOn(crowd.all());
      for (Datagrams client : crowd.all()) {
        assertThat(client.ask(text).text()).endsWith(text);
      }
    }
  }

  private static void assertTunnelled(List<Frame> frames, String sender) {
    assertThat(frames)
        .isNotEmpty()
        .allSatisfy(frame -> {
          assertThat(frame.destinationPort()).isEqualTo(Encap.UDP_PORT);
          assertThat(frame.sourcePort()).isBetween(49_152, 65_535);
          assertThat(frame.labelled()).isFalse();
          assertThat(frame.source()).isEqualTo(sender);
        });
    // Entropy: as many source ports as flows, nearly.
    assertThat(frames.stream().map(Frame::sourcePort).distinct().count()).isGreaterThan(5);
  }

  /**
   * A target's label, alone or above a session's, and what is inside, to a decoder not ours.
   *
   * @param ttl of the outer header where this was captured; those inside are the client's
   */
  private static void assertDecoded(TestArray array, Path capture, List<String> members, int ttl) {
    String target = labels(array, members, 0);
    String target6 = labels(array, members, 1);
    String to =
        members.stream()
            .map(m -> Pattern.quote(address(array, m)))
            .collect(Collectors.joining("|", "(", ")"));
    String alone = "6635 %d,64 %s 0 1 64 %s,10\\.77\\.0\\.100  \\S+ ?".formatted(ttl, target, to);
    String both =
        "6635 %d,64 %s,\\d+[13579] 0,0 0,1 64,64 %s,10\\.77\\.0\\.100  \\S+ ?"
            .formatted(ttl, target, to);
    String alone6 = "6635 %d %s 0 1 64 %s fd00:77::100 \\S+ ?".formatted(ttl, target6, to);
    assertThat(Decoder.tunnelled(capture))
        .allMatch(line -> line.matches(alone + "|" + both + "|" + alone6))
        .anyMatch(line -> line.matches(alone))
        .anyMatch(line -> line.matches(both))
        .anyMatch(line -> line.matches(alone6));
  }

  /** Target labels: even for IPv4 inside, odd for IPv6. */
  private static String labels(TestArray array, List<String> members, int odd) {
    return members.stream()
        .map(m -> Integer.toString(Target.labelOf(array.members().indexOf(m)) + odd))
        .collect(Collectors.joining("|", "(", ")"));
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
