package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.xdp.LiveNetwork.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Claims L3 and L15 on the wire: labels behind Ethernet headers, of targets and of sessions, both
 * ways, as a decoder reads them that is not ours. Member b schedules, a serves.
 */
final class EthernetWireTest {

  private static final String SCHEDULER = "b";
  private static final String TARGET = "a";
  private static final int BYTES = 50_000;
  private static final int FORTH = 8193;
  private static final int LABEL = Target.labelOf(0);

  @TempDir private Path folder;

  private LiveNetwork network;
  private Member scheduler;

  @BeforeEach
  void startScheduler() throws IOException {
    Kernel.requireNetwork();
    Tshark.require();
    for (String command : List.of("ethtool", "sysctl", "bash", "timeout", "tcpdump")) {
      Kernel.requireCommand(command);
    }
    network = new LiveNetwork(folder);
    scheduler = network.start(SCHEDULER);
    assertThat(scheduler.greeting()).isEqualTo("ready adopted=false");
    scheduler.tell("labels");
    scheduler.tell("only " + TARGET);
    scheduler.tell("lease 60000");
  }

  @AfterEach
  void stop() {
    if (network != null) {
      network.close();
    }
  }

  /** The client's edge asks with label 16, the server's answers with the session's even label. */
  @Test
  void labelsOfBothDirectionsAreRead() throws IOException {
    start(TARGET, EdgeProcess.class, "ready adopted=false", "SERVER", pins(TARGET));
    start(TARGET, EdgeServer.class, "ready");
    start(LiveNetwork.CLIENT, EdgeProcess.class, "ready adopted=false", "CLIENT", pins("c"));

    Set<String> seen =
        seen(() -> network.in(LiveNetwork.CLIENT, "timeout", "60", "bash", "-c", down()));

    assertThat(seen)
        .contains(
            "eth mpls ip tcp " + List.of("16/0/1/64"),
            "eth mpls ip tcp " + List.of(LABEL + "/0/1/64"),
            "eth mpls ip tcp " + List.of(FORTH + "/0/1/64"),
            "eth mpls ip tcp " + List.of(FORTH + "/0/1/63"),
            "eth mpls ip tcp " + List.of((FORTH + 1) + "/0/1/64"),
            "eth mpls ip tcp " + List.of((FORTH + 1) + "/0/1/63"));
  }

  @Test
  void labelsOfBothIpVersionsAreRead() throws IOException {
    Member target = network.start(TARGET);
    assertThat(target.greeting()).isEqualTo("ready adopted=false");
    Set<String> seen =
        seen(() -> {
          assertThat(network.request(World.VIP6, BYTES)).isEqualTo("a " + BYTES);
          assertThat(network.request(BYTES)).isEqualTo("a " + BYTES);
        });

    assertThat(seen)
        .containsExactlyInAnyOrder(
            "eth mpls ipv6 tcp " + List.of((LABEL + 1) + "/0/1/64"),
            "eth mpls ipv6 tcp " + List.of(FORTH + "/0/1/64"),
            "eth mpls ip tcp " + List.of(LABEL + "/0/1/64"),
            "eth mpls ip tcp " + List.of((FORTH + 2) + "/0/1/64"));
  }

  /**
   * Layers and labels of every labelled frame of the scheduler's wire, whose bytes all have a
   * place.
   */
  private Set<String> seen(Runnable traffic) throws IOException {
    Path file = folder.resolve("labels.pcap");
    WireCapture.during(network, SCHEDULER, "mpls", file, traffic);
    List<byte[]> frames = Tshark.read(file);
    List<Dissection> decoded = Tshark.decode(file);
    assertThat(decoded).hasSameSizeAs(frames).isNotEmpty();
    for (int i = 0; i < frames.size(); i++) {
      Dissection frame = decoded.get(i);
      assertThat(frame.accounted()).as("bytes of %s", frame).isEqualTo(frames.get(i).length);
      assertThat(frame.layers("tcp").getFirst().field("tcp.checksum.status"))
          .as("%s", frame)
          .isEqualTo("1");
    }
    return decoded.stream()
        .map(frame -> frame.shape().replaceFirst(" data$", "") + " " + frame.labels())
        .collect(Collectors.toSet());
  }

  private void start(String host, Class<?> main, String greeting, String... arguments)
      throws IOException {
    assertThat(network.start(host, main, arguments).greeting()).isEqualTo(greeting);
  }

  private String pins(String host) {
    return network.pins(host).toString();
  }

  private static String down() {
    return "exec 3<>/dev/tcp/%s/%d && echo down %d >&3 && { head -c %d | wc -c; } <&3"
        .formatted(World.VIP, World.HTTP_PORT, BYTES, BYTES);
  }
}
