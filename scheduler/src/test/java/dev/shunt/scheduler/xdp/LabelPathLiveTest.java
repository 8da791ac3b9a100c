package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.xdp.LiveNetwork.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real scheduler and real edges, of both IP versions and through VLANs, on (virtual) wires that
 * take no more than an MTU of 1500 allows.
 */
final class LabelPathLiveTest {

  private static final String SCHEDULER = "b";
  private static final String SERVER = "a";
  private static final int SMALL = 20_000;
  private static final int BULK = 20_000_000;
  private static final int FORTH = 8193;
  private static final int BACK = 8194;

  /** How frames look between the hosts. */
  enum Wire {
    IPV4(World.VIP, 0, false),
    IPV6(World.VIP6, 0, false),
    IPV4_VLAN(World.VIP, 1, true),
    IPV6_VLAN(World.VIP6, 1, false),
    IPV4_TWO_VLANS(World.VIP, 2, false),
    IPV6_TWO_VLANS(World.VIP6, 2, true);

    private final String vip;
    private final int tags;

    /** Whether hosts leave putting the outermost tag on to their cards, which is the default. */
    private final boolean hidden;

    Wire(String vip, int tags, boolean hidden) {
      this.vip = vip;
      this.tags = tags;
      this.hidden = hidden;
    }

    int targetLabel() {
      return Target.labelOf(0) + (vip.equals(World.VIP6) ? 1 : 0);
    }

    /** TCP payload of a full frame with label, tags beyond the first and the timestamp option. */
    int segment() {
      int ip = vip.equals(World.VIP6) ? 40 : 20;
      return 1500 - 4 - 4 * Math.max(0, tags - 1) - ip - 20 - 12;
    }
  }

  @TempDir private Path folder;

  private LiveNetwork network;

  /** Who is between the wires, but the client. */
  private record Array(Member scheduler, Member server) {

    /** Packets that did not fit with a label at the scheduler, answered or not. */
    long tooBig() {
      return scheduler.outcome("drop_too_big") + scheduler.outcome("too_big_answer");
    }
  }

  @BeforeEach
  void build() throws IOException {
    Kernel.requireNetwork();
    for (String command : List.of("ethtool", "sysctl", "bash", "timeout", "tcpdump", "tc")) {
      Kernel.requireCommand(command);
    }
    network = new LiveNetwork(folder);
    network.narrow();
  }

  private Array start(Wire wire) throws IOException {
    if (wire.tags > 0) {
      network.enterVlan(wire.tags, wire.hidden);
      // The capture's end is said to a client that is elsewhere now.
      network.ip(
          SCHEDULER,
          "neighbour",
          "replace",
          LiveNetwork.CLIENT_ADDRESS,
          "lladdr",
          LiveNetwork.mac(LiveNetwork.CLIENT).toString(),
          "dev",
          "eth0");
    }
    if (wire.tags > 1) {
      // For the second tag: one is taken beside the MTU.
      network.limit(1496);
    }
    Member scheduler = network.start(SCHEDULER);
    assertThat(scheduler.greeting()).isEqualTo("ready adopted=false");
    scheduler.tell("labels");
    scheduler.tell("only " + SERVER);
    scheduler.tell("lease 60000");
    Member server = edge(SERVER, "SERVER");
    assertThat(server.greeting()).isEqualTo("ready adopted=false");
    assertThat(network.start(SERVER, EdgeServer.class).greeting()).isEqualTo("ready");
    return new Array(scheduler, server);
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

  /** Claim L8, all eight steps, and claim L14. */
  @ParameterizedTest
  @EnumSource(Wire.class)
  void theEightStepsAreOnTheWire(Wire wire) throws IOException {
    Array array = start(wire);
    assertThat(edge(LiveNetwork.CLIENT, "CLIENT").greeting()).isEqualTo("ready adopted=false");
    // What words shift where with several tags is hard to say: everything is captured.
    LabelCapture capture =
        new LabelCapture(network, folder, SCHEDULER, SERVER, "ether proto not 1");
    List<String> labels = capture.during(() -> assertThat(down(wire, SMALL)).isEqualTo("" + SMALL));

    assertThat(labels)
        .containsSubsequence(
            "client 16 balancer",
            "balancer " + wire.targetLabel() + " server",
            "balancer " + FORTH + " server",
            "server " + BACK + " balancer",
            "balancer " + BACK + " client",
            "client " + FORTH + " balancer",
            "balancer " + FORTH + " server");
    assertThat(array.scheduler().outcome("forward_session")).isLessThan(3);
  }

  /** Full segments both ways, handed down by TCP many at a time; none is lost for its length. */
  @ParameterizedTest
  @EnumSource(Wire.class)
  void bulkDataGoesByLabelBothWays(Wire wire) throws IOException {
    Array array = start(wire);
    Member client = edge(LiveNetwork.CLIENT, "CLIENT");
    assertThat(client.greeting()).isEqualTo("ready adopted=false");

    assertThat(down(wire, BULK)).isEqualTo("" + BULK);
    assertThat(up(wire, BULK)).isEqualTo("" + BULK);

    for (Member sender : List.of(array.server(), client)) {
      Member receiver = sender == client ? array.server() : client;
      long packets = sender.outcome("out_labelled");
      long frames = receiver.outcome("in_known") + receiver.outcome("in_learned");
      // Not shorter than they may be, and cut behind the label.
      assertThat(frames).isBetween((long) BULK / wire.segment(), BULK * 5L / 3 / wire.segment());
      assertThat(packets).isLessThan(frames * 3 / 4);
      assertThat(sender.outcome("out_too_big")).isZero();
      assertThat(sender.outcome("out_other_vlan")).isZero();
    }
    assertThat(array.tooBig()).isZero();
  }

  /** Who knows no labels sends by a lowered MSS, so that the scheduler can put them on. */
  @ParameterizedTest
  @EnumSource(Wire.class)
  void anOrdinaryClientsBulkDataGoesBothWays(Wire wire) throws IOException {
    Array array = start(wire);

    assertThat(down(wire, BULK)).isEqualTo("" + BULK);
    assertThat(up(wire, BULK)).isEqualTo("" + BULK);

    assertThat(array.scheduler().outcome("label_out")).isPositive();
    assertThat(array.tooBig()).isZero();
    assertThat(array.server().outcome("out_too_big")).isZero();
  }

  private String down(Wire wire, int bytes) {
    return client(
        "exec 3<>/dev/tcp/%s/%d && echo down %d >&3 && { head -c %d | wc -c; } <&3"
            .formatted(wire.vip, World.HTTP_PORT, bytes, bytes));
  }

  private String up(Wire wire, int bytes) {
    return client(
        "exec 3<>/dev/tcp/%s/%d && { echo up %d; head -c %d /dev/zero; } >&3 && head -1 <&3"
            .formatted(wire.vip, World.HTTP_PORT, bytes, bytes));
  }

  private String client(String script) {
    return network.in(LiveNetwork.CLIENT, "timeout", "60", "bash", "-c", script).strip();
  }
}
