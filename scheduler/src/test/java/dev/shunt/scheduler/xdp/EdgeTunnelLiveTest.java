package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.xdp.LiveNetwork.Member;
import dev.shunt.scheduler.xdp.layout.EdgeOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A direct server behind a real router, with the edge on its host: member a schedules, and sends
 * labels in UDP (RFC 7510) over either IP version; b answers the client past it.
 */
final class EdgeTunnelLiveTest {

  private static final String SERVER = "b";
  private static final int BULK = 20_000_000;
  private static final int LINK = 1500;
  private static final int SOME = 200_000;
  private static final List<String> VIPS = List.of(World.VIP, World.VIP6);

  @TempDir private Path folder;

  private LiveNetwork network;

  /** The scheduler, and the edge of the server. */
  private record Pair(Member scheduler, Member edge) {}

  @BeforeEach
  void build() throws IOException {
    Kernel.requireNetwork();
    for (String command : List.of("ethtool", "sysctl", "bash", "timeout", "tcpdump")) {
      Kernel.requireCommand(command);
    }
    network = new LiveNetwork(folder);
    network.moveBehindRouter();
  }

  @AfterEach
  void stop() {
    if (network != null) {
      network.close();
    }
  }

  private Pair start(boolean ipv6) throws IOException {
    Member edge = startEdge(ipv6, LiveNetwork.dataAddress("a", ipv6));
    assertThat(edge.greeting()).isEqualTo("ready adopted=false");
    assertThat(network.start(SERVER, EdgeServer.class).greeting()).isEqualTo("ready");
    Member scheduler = network.startBeforeServer(ipv6);
    assertThat(scheduler.greeting()).isEqualTo("ready adopted=false");
    scheduler.tell("only b");
    scheduler.tell("labels");
    scheduler.tell("lease 60000");
    return new Pair(scheduler, edge);
  }

  private Member startEdge(boolean ipv6, String member) throws IOException {
    return network.start(
        SERVER,
        EdgeProcess.class,
        "SERVER",
        network.pins(SERVER).toString(),
        LiveNetwork.dataAddress(SERVER, ipv6),
        member);
  }

  /** Nobody is told that something is too big: both ends' segments fit from the start. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bulkDataGoesBothWays(boolean ipv6) throws IOException {
    Pair pair = start(ipv6);

    for (String vip : VIPS) {
      assertThat(down(vip, BULK)).isEqualTo(String.valueOf(BULK));
      assertThat(up(vip, BULK)).isEqualTo(String.valueOf(BULK));
    }

    assertThat(pair.edge.outcome("in_learned")).isEqualTo(2L * VIPS.size());
    assertThat(pair.edge.outcome("in_known")).isGreaterThan(2 * BULK / LINK);
    assertThat(pair.edge.outcome("out_direct")).isPositive();
    assertThat(pair.edge.outcome("out_labelled")).isZero();
    assertThat(pair.edge.outcome("mss_lowered")).isEqualTo(2L * VIPS.size());
    assertThat(pair.scheduler.outcome("too_big_answer")).isZero();
    assertNothingDropped(pair);
    // FIN both ways: none is remembered.
    assertThat(pair.edge.tell("labels")).isEmpty();
    assertThat(pair.edge.outcome("forgotten")).isEqualTo(2L * VIPS.size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPathToTheServerNarrowerThanTheLinksIsHeardOfAndPassedOn(boolean ipv6) throws IOException {
    Pair pair = start(ipv6);
    network.narrow(1400);

    assertThat(up(World.VIP, BULK)).isEqualTo(String.valueOf(BULK));

    assertThat(pair.scheduler.outcome("path_narrowed")).isPositive();
    assertThat(network.ip(LiveNetwork.CLIENT, "route", "get", World.VIP))
        .contains("mtu " + (1400 - Encap.UDP.overhead(ipv6)));
    assertNothingDropped(pair);
  }

  /**
   * A router's word about the server's answers goes to the VIP, and by the scheduler to the server.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPathToTheClientNarrowerThanTheLinksIsToldToTheServer(boolean ipv6) throws IOException {
    Pair pair = start(ipv6);
    network.narrowBack(1300);

    for (String vip : VIPS) {
      assertThat(down(vip, BULK)).isEqualTo(String.valueOf(BULK));
    }

    assertThat(pair.scheduler.outcome("forward_error")).isPositive();
    assertThat(network.ip(SERVER, "route", "get", LiveNetwork.CLIENT_ADDRESS)).contains("mtu 1300");
    assertNothingDropped(pair);
  }

  /** Only what is in the kernel is needed; the next process finds it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void labelsComeOffWithoutTheProcess(boolean ipv6) throws IOException {
    Pair pair = start(ipv6);
    pair.edge.kill();

    assertThat(up(World.VIP, SOME)).isEqualTo(String.valueOf(SOME));

    Member edge = startEdge(ipv6, LiveNetwork.dataAddress("a", ipv6));
    assertThat(edge.greeting()).isEqualTo("ready adopted=true");
    assertThat(edge.outcome("in_learned")).isEqualTo(1);
    assertThat(down(World.VIP, SOME)).isEqualTo(String.valueOf(SOME));
  }

  /** What the edge is told of members is what it goes by. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void labelsFromAnybodyElseAreDropped(boolean ipv6) throws IOException {
    Pair pair = start(ipv6);
    assertThat(up(World.VIP, SOME)).isEqualTo(String.valueOf(SOME));
    pair.edge.kill();
    Member edge = startEdge(ipv6, ipv6 ? "2001:db8:bad::/48" : "10.0.0.0/8");

    assertThat(client("timeout 2 bash -c '%s' || echo silence".formatted(connect(World.VIP))))
        .isEqualTo("silence");

    assertThat(edge.outcome("in_drop_tunnel_sender")).isPositive();
  }

  private static void assertNothingDropped(Pair pair) {
    for (EdgeOutcome outcome : EdgeOutcome.values()) {
      if (outcome.dropped()) {
        assertThat(pair.edge.outcome(outcome.counter())).as(outcome.counter()).isZero();
      }
    }
    for (String drop : List.of("drop_too_big", "drop_headroom", "drop_label_payload")) {
      assertThat(pair.scheduler.outcome(drop)).as(drop).isZero();
    }
  }

  private static String connect(String vip) {
    return "exec 3<>/dev/tcp/%s/%d".formatted(vip, World.HTTP_PORT);
  }

  private String down(String vip, int bytes) {
    return client(
        connect(vip) + " && echo down %d >&3 && head -c %d <&3 | wc -c".formatted(bytes, bytes));
  }

  private String up(String vip, int bytes) {
    return client(
        connect(vip)
            + " && { echo up %d; head -c %d /dev/zero; } >&3 && head -1 <&3"
                .formatted(bytes, bytes));
  }

  private String client(String script) {
    return network.in(LiveNetwork.CLIENT, "timeout", "60", "bash", "-c", script).strip();
  }
}
