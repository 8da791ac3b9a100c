package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.xdp.LiveNetwork.Member;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real TCP between an edge at a client and one at a server, on real (virtual) wires, with a
 * stand-in for the balancer between them: claims L8 and L14 as far as the edges have a part in
 * them.
 */
final class EdgeLiveTest {

  private static final String SERVER = "a";
  private static final String BALANCER = "b";
  private static final int BULK = 20_000_000;
  private static final int SEGMENT = 1500 - 4 - 40 - 12; // less the timestamp option

  @TempDir private Path folder;

  private LiveNetwork network;
  private Member server;
  private Member balancer;
  private LabelCapture capture;

  @BeforeEach
  void start() throws IOException {
    Kernel.requireNetwork();
    for (String command : List.of("ethtool", "sysctl", "bash", "timeout", "tcpdump")) {
      Kernel.requireCommand(command);
    }
    network = new LiveNetwork(folder);
    capture = new LabelCapture(network, folder, BALANCER, SERVER);
    // The stand-in answers for the VIP; its host must not.
    network.ip(BALANCER, "address", "del", World.VIP + "/32", "dev", "lo");
    balancer =
        network.start(
            BALANCER,
            StandInBalancer.class,
            LiveNetwork.mac(SERVER).toString(),
            LiveNetwork.mac(LiveNetwork.CLIENT).toString());
    assertThat(balancer.greeting()).isEqualTo("ready");
    server = edge(SERVER, "SERVER");
    assertThat(server.greeting()).isEqualTo("ready adopted=false");
    assertThat(network.start(SERVER, EdgeServer.class).greeting()).isEqualTo("ready");
  }

  @AfterEach
  void stop() {
    if (network != null) {
      network.close();
    }
  }

  private Member edge(String host, String role) throws IOException {
    return network.start(host, EdgeProcess.class, role, network.pins(host).toString());
  }

  private Member startClientEdge() throws IOException {
    Member client = edge(LiveNetwork.CLIENT, "CLIENT");
    assertThat(client.greeting()).isEqualTo("ready adopted=false");
    return client;
  }

  @Test
  void eachSideDerivesTheOthersLabelByItself() throws IOException {
    Member client = startClientEdge();
    List<String> labels = capture.during(() -> assertThat(says("hello")).isEqualTo("hello"));

    assertThat(labels)
        .containsSubsequence(
            "client 16 balancer", // asks for a label
            "balancer 1026 server", // analysed: the server is chosen
            "balancer 8193 server", // steps 1 and 2: the session has its label
            "server 8194 balancer", // 3 and 4: derived, answered with it
            "balancer 8194 client", // 5
            "client 8193 balancer", // 6 and 7
            "balancer 8193 server"); // 8
    assertThat(labels)
        .containsOnly(
            "client 16 balancer",
            "balancer 1026 server",
            "balancer 8193 server",
            "server 8194 balancer",
            "balancer 8194 client",
            "client 8193 balancer");
    // FIN both ways: neither side remembers it.
    assertThat(server.tell("labels") + client.tell("labels")).isEmpty();
    assertThat(server.outcome("forgotten")).isEqualTo(1);
    assertThat(client.outcome("forgotten")).isEqualTo(1);
  }

  /**
   * What TCP hands down is many segments in one packet. Each frame on the wire has the label, and
   * the kernel cut them behind it.
   */
  @Test
  void bulkDataIsCutIntoLabelledSegments() throws IOException {
    Member client = startClientEdge();
    assertThat(down(BULK)).isEqualTo(String.valueOf(BULK));
    assertThat(up(BULK)).isEqualTo(String.valueOf(BULK));

    for (Member sender : List.of(server, client)) {
      Member receiver = sender == server ? client : server;
      // One packet for several frames: without segmentation the two would be equal.
      long packets = sender.outcome("out_labelled");
      long frames = receiver.outcome("in_known") + receiver.outcome("in_learned");
      assertThat(frames).isGreaterThan(BULK / SEGMENT);
      assertThat(packets).isLessThan(frames * 3 / 4);
      assertThat(sender.outcome("out_too_big")).isZero();
      assertThat(sender.outcome("mss_lowered")).isPositive();
      assertThat(sender.outcome("out_stale")).isZero();
    }
  }

  @Test
  void anOrdinaryClientIsAnsweredAsWell() throws IOException {
    assertThat(down(BULK)).isEqualTo(String.valueOf(BULK));

    assertThat(server.outcome("out_labelled")).isPositive();
    assertThat(server.outcome("in_learned")).isEqualTo(1);
  }

  @Test
  void flowsOfOtherAddressesAreNotTouched() throws IOException {
    Member client = startClientEdge();
    String direct = "198.51.100.11";
    List<String> labels =
        capture.during(() ->
            assertThat(request(direct, "down 200000", "head -c 200000 | wc -c"))
                .isEqualTo("200000"));

    assertThat(labels).isEmpty();
    assertThat(server.outcome("out_labelled") + client.outcome("out_labelled")).isZero();
    assertThat(server.outcome("mss_lowered")).isZero();
  }

  /** Claim: traffic goes on without the processes, and the next ones find what was learned. */
  @Test
  void killedProcessesLeaveTheLabelsGoingAndTheNextAdoptThem() throws IOException {
    Member client = startClientEdge();
    assertThat(says("one")).isEqualTo("one");
    server.kill();
    client.kill();
    List<String> labels = capture.during(() -> assertThat(says("two")).isEqualTo("two"));
    assertThat(labels).contains("server 8196 balancer", "client 8195 balancer");

    try (Connection connection = new Connection()) {
      assertThat(connection.says("three")).isEqualTo("three");
      server = edge(SERVER, "SERVER");
      client = edge(LiveNetwork.CLIENT, "CLIENT");
      assertThat(List.of(server.greeting(), client.greeting())).containsOnly("ready adopted=true");
      assertThat(connection.says("four")).isEqualTo("four");
      assertThat(server.tell("labels")).isEqualTo("8198");
      assertThat(client.tell("labels")).isEqualTo("8197");
      assertThat(server.outcome("in_learned")).isEqualTo(3);
    }
  }

  @Test
  void anotherLabelForTheSameFlowIsLearned() throws IOException {
    Member client = startClientEdge();
    try (Connection connection = new Connection()) {
      assertThat(connection.says("one")).isEqualTo("one");
      assertThat(server.tell("labels")).isEqualTo("8194");

      balancer.tell("relabel");

      assertThat(connection.says("two")).isEqualTo("two");
      assertThat(server.tell("labels")).isEqualTo("8196");
      assertThat(client.tell("labels")).isEqualTo("8195");
    }
  }

  @Test
  void aRemovedEdgeLeavesNothing() throws IOException {
    assertThat(server.tell("remove")).isEqualTo("done");

    assertThat(network.pins(SERVER)).doesNotExist();
    assertThat(network.ip(SERVER, "link", "show", "eth0")).doesNotContain("xdp");
    assertThat(network.in(SERVER, "tc", "filter", "show", "dev", "eth0", "egress")).isEmpty();
    assertThat(request("198.51.100.11", "say plain", "head -1")).isEqualTo("plain");
  }

  private String says(String word) {
    return request(World.VIP, "say " + word, "head -1");
  }

  private String down(int bytes) {
    return request(World.VIP, "down " + bytes, "head -c %d | wc -c".formatted(bytes));
  }

  private String up(int bytes) {
    String script =
        "exec 3<>/dev/tcp/%s/%d && { echo up %d; head -c %d /dev/zero; } >&3 && head -1 <&3"
            .formatted(World.VIP, World.HTTP_PORT, bytes, bytes);
    return network.in(LiveNetwork.CLIENT, "timeout", "60", "bash", "-c", script).strip();
  }

  /** One connection of its own from the client. */
  private String request(String address, String line, String read) {
    String script =
        "exec 3<>/dev/tcp/%s/%d && echo %s >&3 && { %s; } <&3"
            .formatted(address, World.HTTP_PORT, line, read);
    return network.in(LiveNetwork.CLIENT, "timeout", "60", "bash", "-c", script).strip();
  }

  /** A connection that stays open. */
  private final class Connection implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    Connection() throws IOException {
      String script =
          "exec 3<>/dev/tcp/%s/%d && while read -r w; do echo say $w >&3; head -1 <&3; done"
              .formatted(World.VIP, World.HTTP_PORT);
      List<String> command = new ArrayList<>(network.enter(LiveNetwork.CLIENT));
      command.addAll(List.of("timeout", "60", "bash", "-c", script));
      process = new ProcessBuilder(command).start();
      out = process.inputReader(StandardCharsets.UTF_8);
    }

    String says(String word) throws IOException {
      process.getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      return String.valueOf(out.readLine());
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
