package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.Checksums.slice;
import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.tcp;
import static dev.shunt.scheduler.xdp.Outer.entry;
import static dev.shunt.scheduler.xdp.Outer.valid;
import static dev.shunt.scheduler.xdp.TunnelFixtures.over;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.layout.Aside.PATH_NARROWED;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_NOT_VIP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Encap;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Routers' errors about tunnelled packets: the path to a target takes less than this machine's
 * link.
 */
final class TunnelPathFixtures {

  private static final int PATH = 1400;
  private static final int ETHERNET = 14;
  private static final int DONT = 0x4000;
  private static final String ROUTER4 = "192.0.2.200";
  private static final String ROUTER6 = "2001:db8:2::200";

  private TunnelPathFixtures() {}

  static List<Fixture> heard() {
    return List.of(
        heard(false, "a router tells what the path takes", error(false, PATH, B)),
        heard(true, "a router tells what the path takes", error(true, PATH, B)),
        fixture(over(false) + "a tagged error", Tags.one(error(false, PATH, B)), PASS_NOT_VIP)
            .given(world -> world.tunnels(false))
            .beside(PATH_NARROWED),
        fixture(
                over(false) + "another target's path is as it was",
                error(false, PATH, C),
                PASS_NOT_VIP)
            .given(world -> world.tunnels(false))
            .beside(PATH_NARROWED)
            .then(world -> assertThat(sent(world, false)).isEqualTo(whole(false))),
        fixture(
                over(false) + "a router that takes more than this link changes nothing",
                error(false, 9000, B),
                PASS_NOT_VIP)
            .given(world -> world.tunnels(false))
            .beside(PATH_NARROWED)
            .then(world -> assertThat(sent(world, false)).isEqualTo(whole(false))));
  }

  /** Several services may have the same server, and a server's host may be a member's. */
  static List<Fixture> shared() {
    return List.of(
        heardOf(false, "what a path to a server takes", B),
        heardOf(true, "what a path to a server takes", B),
        heardOf(false, "what a path to a server takes holds for its other services", C),
        heardOf(true, "what a path to a server takes holds for its other services", C));
  }

  private static Fixture heardOf(boolean ipv6, String name, int label) {
    return heard(ipv6, name, error(ipv6, PATH, B))
        .given(world -> {
          world.tunnels(ipv6);
          world.server(B, B);
          world.server(C, B);
          world.row(World.HTTP, World.rowOf(label));
        });
  }

  static List<Fixture> notHeard() {
    byte[] cut = error(false, PATH, B);
    return List.of(
        ignored(false, "less than any path takes", error(false, 575, B)),
        ignored(true, "less than any path takes", error(true, 1279, B)),
        ignored(false, "about nobody's address", error(false, PATH, C + 2)),
        ignored(true, "about nobody's address", error(true, PATH, C + 2)),
        ignored(false, "a quote cut short", Arrays.copyOf(cut, cut.length - 1)),
        ignored(false, "about another port", changed(cut, ETHERNET + 20 + 8 + 22)),
        ignored(false, "about another sender", changed(cut, ETHERNET + 20 + 8 + 15)),
        ignored(false, "unreachable for another reason", changed(cut, ETHERNET + 20 + 1)),
        fixture(over(false) + "nobody has tunnels here that it could be about", cut, PASS_NOT_VIP));
  }

  private static Fixture heard(boolean ipv6, String name, byte[] error) {
    Frame packet = tooLong(ipv6);
    return fixture(over(ipv6) + name, error, PASS_NOT_VIP)
        .given(world -> world.tunnels(ipv6))
        .beside(PATH_NARROWED)
        .then(world ->
            assertThat(sent(world, ipv6))
                .isEqualTo(TooBigFixtures.answer(packet, PATH - Encap.UDP.overhead(ipv6))));
  }

  private static Fixture ignored(boolean ipv6, String name, byte[] error) {
    return fixture(over(ipv6) + "an error is not heeded: " + name, error, PASS_NOT_VIP)
        .given(world -> world.tunnels(ipv6))
        .then(world -> assertThat(world.count("path_narrowed")).isZero());
  }

  /** Fits the link, and is a byte too long for the path. */
  private static Frame tooLong(boolean ipv6) {
    return tcp(ACK).fragment(DONT).payload(PATH - Encap.UDP.overhead(ipv6) + 4 + 1 - 40);
  }

  private static byte[] sent(World world, boolean ipv6) throws DataPlaneException {
    return world.run(tooLong(ipv6).bytes()).frame();
  }

  private static byte[] whole(boolean ipv6) {
    return Outer.over(ipv6).around(tooLong(ipv6).bytes(), entry(B, 64, true));
  }

  /** What a router says about a packet from this machine's tunnel to a target's. */
  private static byte[] error(boolean ipv6, int mtu, int target) {
    int quoted = ipv6 ? 48 : 28;
    byte[] about =
        slice(
            Outer.over(ipv6)
                .to(target, MAC_C)
                .around(valid(tcp(ACK).bytes()), entry(target, 64, true)),
            ETHERNET,
            quoted);
    byte[] message =
        ByteBuffer.allocate(8 + quoted)
            .putInt(ipv6 ? 0x02000000 : 0x03040000)
            .putInt(mtu)
            .put(about)
            .array();
    return ipv6
        ? Frame6.icmp(message).source(ROUTER6, 0).destination(World.dataAddress(A, true), 0).bytes()
        : Frame.icmp(message)
            .source(ROUTER4, 0)
            .destination(World.dataAddress(A, false), 0)
            .bytes();
  }

  private static byte[] changed(byte[] frame, int at) {
    byte[] changed = frame.clone();
    changed[at] ^= 3;
    return changed;
  }
}
