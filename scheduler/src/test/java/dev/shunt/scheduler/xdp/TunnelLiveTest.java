package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.xdp.Dissection.Layer;
import dev.shunt.scheduler.xdp.LiveNetwork.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Labels in UDP (RFC 7510) through a real router: member a schedules, b serves, and no Ethernet
 * frame gets from one to the other.
 */
final class TunnelLiveTest {

  private static final int BYTES = 200_000;
  private static final int FORTH = 8193;
  private static final int B = Target.labelOf(1);

  @TempDir private Path folder;

  private LiveNetwork network;

  /** Both members. */
  private record Members(Member a, Member b) {}

  @BeforeEach
  void moveB() throws IOException {
    Kernel.requireNetwork();
    for (String command : List.of("ethtool", "sysctl", "bash", "timeout", "tcpdump", "arping")) {
      Kernel.requireCommand(command);
    }
    network = new LiveNetwork(folder);
    network.moveBehindRouter();
  }

  private Members start(boolean ipv6) throws IOException {
    Member a = network.startFar("a", ipv6);
    Member b = network.startFar("b", ipv6);
    assertThat(a.greeting()).isEqualTo("ready adopted=false");
    assertThat(b.greeting()).isEqualTo("ready adopted=false");
    a.tell("only b");
    a.tell("lease 60000");
    return new Members(a, b);
  }

  @AfterEach
  void stop() {
    if (network != null) {
      network.close();
    }
  }

  /**
   * Each inner version over each outer one; the client learns what fits, as nothing lowers its MSS.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sessionsReachAMemberBehindARouter(boolean ipv6) throws IOException {
    Members members = start(ipv6);

    for (String vip : List.of(World.VIP, World.VIP6)) {
      assertThat(network.request(LiveNetwork.CLIENT, vip, BYTES, BYTES)).isEqualTo("b " + BYTES);
      assertThat(network.ip(LiveNetwork.CLIENT, "route", "get", vip))
          .contains("mtu " + (1500 - Encap.UDP.overhead(ipv6)));
      assertThat(network.datagram(vip, 4000)).isEqualTo("b 4000");
    }

    assertThat(members.a.outcome("too_big_answer")).isPositive();
    assertThat(members.a.outcome("drop_too_big")).isZero();
    assertThat(members.b.outcome("label_pop")).isPositive();
    for (String drop : List.of("sender", "fragment", "header", "checksum")) {
      assertThat(members.b.outcome("drop_tunnel_" + drop)).as(drop).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPathNarrowerThanTheLinkIsHeardOfAndPassedOn(boolean ipv6) throws IOException {
    Members members = start(ipv6);
    network.narrow(1400);

    assertThat(network.request(LiveNetwork.CLIENT, World.VIP, 10, BYTES)).isEqualTo("b 10");

    assertThat(members.a.outcome("path_narrowed")).isPositive();
    assertThat(network.ip(LiveNetwork.CLIENT, "route", "get", World.VIP))
        .contains("mtu " + (1400 - Encap.UDP.overhead(ipv6)));
  }

  /** What a decoder that is not ours reads between scheduler and router, of real TCP. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anIndependentDecoderReadsBothLabelsOnTheWire(boolean ipv6) throws IOException {
    Tshark.require();
    Members members = start(ipv6);
    members.a.tell("labels");
    Path capture = folder.resolve("tunnel.pcap");

    WireCapture.during(
        network,
        "a",
        "udp dst port 6635",
        capture,
        () -> {
          for (String vip : List.of(World.VIP, World.VIP6)) {
            assertThat(network.request(vip, BYTES)).isEqualTo("b " + BYTES);
          }
        });

    List<byte[]> frames = Tshark.read(capture);
    List<Dissection> decoded = Tshark.decode(capture);
    assertThat(decoded).hasSameSizeAs(frames).isNotEmpty();
    Set<List<String>> stacks = decoded.stream().map(Dissection::labels).collect(Collectors.toSet());
    assertThat(stacks)
        .containsExactlyInAnyOrder(
            List.of(B + "/0/1/64"),
            List.of(B + "/0/0/64", FORTH + "/0/1/64"),
            List.of((B + 1) + "/0/1/64"),
            List.of((B + 1) + "/0/0/64", (FORTH + 2) + "/0/1/64"));
    for (int i = 0; i < frames.size(); i++) {
      assertFrame(decoded.get(i), frames.get(i).length, ipv6);
    }
    assertThat(members.b.outcome("label_learn")).isEqualTo(2);
  }

  private static void assertFrame(Dissection frame, int bytes, boolean ipv6) {
    assertThat(frame.accounted()).as("bytes of %s", frame).isEqualTo(bytes);
    Layer udp = frame.layers("udp").getFirst();
    assertThat(udp.field("udp.dstport")).isEqualTo("6635");
    assertThat(Integer.parseInt(udp.field("udp.srcport"))).isBetween(49_152, 65_535);
    assertThat(udp.field("udp.checksum.status")).isEqualTo(ipv6 ? "1" : "3");
    String outer = ipv6 ? "ipv6" : "ip";
    Layer ip = frame.layers(outer).getFirst();
    assertThat(ip.field(outer + ".src")).isEqualTo(LiveNetwork.dataAddress("a", ipv6));
    assertThat(ip.field(outer + ".dst")).isEqualTo(LiveNetwork.dataAddress("b", ipv6));
    assertThat(frame.layers("tcp").getFirst().field("tcp.checksum.status")).isEqualTo("1");
  }

  @Test
  void theTunnelGoesOnWithoutTheProcess() throws IOException {
    Members members = start(false);
    members.a.kill();

    assertThat(network.request(BYTES)).isEqualTo("b " + BYTES);

    Member again = network.startFar("a", false);
    assertThat(again.greeting()).isEqualTo("ready adopted=true");
    again.tell("only b");
    assertThat(network.request(BYTES)).isEqualTo("b " + BYTES);
  }

  @Test
  void anotherRouterIsFollowed() throws IOException {
    Members members = start(false);
    MacAddress standIn = MacAddress.parse("02:00:00:00:01:77");
    network.replaceRouter(standIn);

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> members.a.tell("resolve").contains("b=" + standIn));

    assertThat(network.request(BYTES)).isEqualTo("b " + BYTES);
  }
}
