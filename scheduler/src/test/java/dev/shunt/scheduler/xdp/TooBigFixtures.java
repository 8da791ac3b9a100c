package dev.shunt.scheduler.xdp;

import static dev.shunt.replication.SessionState.ESTABLISHED;
import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.CLIENT;
import static dev.shunt.scheduler.xdp.World.CLIENT6;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.MTU_FRAME;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.SEED;
import static dev.shunt.scheduler.xdp.World.VIP;
import static dev.shunt.scheduler.xdp.World.VIP6;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_TOO_BIG;
import static dev.shunt.scheduler.xdp.layout.Outcome.TOO_BIG_ANSWER;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Packets that do not fit the wire with their label: who is told so, and how. */
final class TooBigFixtures {

  private static final int DONT = 0x4000;
  private static final int ETHERNET = 14;

  /** A payload that makes the frame one byte longer than what fits with a label. */
  private static final int OVER = MTU_FRAME - 3 - ETHERNET - 40;

  private static final int OVER6 = OVER - 20;
  private static final int QUOTE = 576 - 28;
  private static final int QUOTE6 = 1280 - 48;

  private TooBigFixtures() {}

  static Frame packet() {
    return Frame.tcp(ACK).fragment(DONT).payload(OVER);
  }

  private static Frame6 packet6() {
    return Frame6.tcp(ACK).payload(OVER6);
  }

  static byte[] answer(Frame packet, int mtu) {
    byte[] message =
        ByteBuffer.allocate(8 + QUOTE)
            .putInt(0x03040000)
            .putInt(mtu)
            .put(packet.bytes(), ETHERNET, QUOTE)
            .array();
    return Frame.icmp(ByteBuffer.wrap(message).putShort(2, checksum(message)).array())
        .to(ROUTER)
        .from(MINE)
        .source(VIP, 0)
        .destination(CLIENT, 0)
        .identification(0)
        .bytes();
  }

  static byte[] answer6(Frame6 packet, int mtu) {
    return Frame6.icmp(
            ByteBuffer.allocate(8 + QUOTE6)
                .putInt(0x02000000)
                .putInt(mtu)
                .put(packet.bytes(), ETHERNET, QUOTE6)
                .array())
        .to(ROUTER)
        .from(MINE)
        .source(VIP6, 0)
        .destination(CLIENT6, 0)
        .bytes();
  }

  private static short checksum(byte[] message) {
    ByteBuffer words = ByteBuffer.wrap(message);
    int sum = 0;
    while (words.hasRemaining()) {
      sum += Short.toUnsignedInt(words.getShort());
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~(sum + (sum >>> 16));
  }

  static List<Fixture> answered() {
    return List.of(
        answered("a byte too long", packet(), 1500),
        answered(
            "a packet with options", Frame.tcp(ACK).fragment(DONT).options(8).payload(OVER), 1500),
        answered("a datagram", Frame.udp().fragment(DONT).payload(OVER + 12), 1500),
        answered("a first fragment", Frame.udp().fragment(DONT | 0x2000).payload(OVER + 12), 1500),
        answered("a packet of two frames", Frame.tcp(ACK).fragment(DONT).payload(3000), 1500),
        fixture("too big: a packet of a session", packet().bytes(), TOO_BIG_ANSWER)
            .given(world -> world.session(C, ESTABLISHED))
            .becomes(answer(packet(), 1500)),
        fixture("too big: with one tag", Tags.one(packet().bytes()), TOO_BIG_ANSWER)
            .becomes(Tags.one(answer(packet(), 1496))),
        fixture("too big: with two tags", Tags.two(packet().bytes()), TOO_BIG_ANSWER)
            .becomes(Tags.two(answer(packet(), 1492))),
        answered6("a byte too long", packet6()),
        answered6("a datagram", Frame6.udp().payload(OVER6 + 12)),
        answered6(
            "a first fragment",
            Frame6.udp().extension(Frame6.FRAGMENT, 0, 0, 1, 0, 0, 0, 9).payload(OVER6 + 12)),
        fixture("too big, IPv6: a later fragment", later6().bytes(), TOO_BIG_ANSWER)
            .given(world ->
                world.run(Frame6.udp().extension(Frame6.FRAGMENT, 0, 0, 1, 0, 0, 0, 9).bytes()))
            .becomes(answer6(later6(), 1500)),
        fixture("too big, IPv6: with one tag", Tags.one(packet6().bytes()), TOO_BIG_ANSWER)
            .becomes(Tags.one(answer6(packet6(), 1496))),
        fixture("too big, IPv6: with two tags", Tags.two(packet6().bytes()), TOO_BIG_ANSWER)
            .becomes(Tags.two(answer6(packet6(), 1492))));
  }

  private static Frame6 later6() {
    byte[] rest = new byte[OVER6 + 20];
    Arrays.fill(rest, (byte) 0x5a);
    return Frame6.udp().extension(Frame6.FRAGMENT, 0, 0, 24, 0, 0, 0, 9).raw(rest);
  }

  private static Fixture answered(String name, Frame packet, int mtu) {
    return fixture("too big: " + name, packet.bytes(), TOO_BIG_ANSWER).becomes(answer(packet, mtu));
  }

  private static Fixture answered6(String name, Frame6 packet) {
    return fixture("too big, IPv6: " + name, packet.bytes(), TOO_BIG_ANSWER)
        .becomes(answer6(packet, 1500));
  }

  static List<Fixture> notAnswered() {
    byte[] later = new byte[OVER + 20];
    return List.of(
        silent("a later fragment", Frame.ip(Frame.UDP).fragment(DONT | 3).raw(later))
            .given(world -> world.run(Frame.udp().fragment(0x2000).bytes())),
        silent("from a group", packet().source("224.0.0.9", 40_000)),
        silent("from a loopback", packet().source("127.0.0.1", 40_000)),
        silent("from nowhere", packet().source("0.0.0.0", 40_000)),
        silent("only the link's padding", packet().payload(10).trailer(OVER)),
        silent("a wire that takes less than any host must", packet())
            .given(world -> world.kernel.configure(SEED, 593, MINE, World.LINE_CARD)),
        silent6("from a group", packet6().source("ff02::9", 40_000)),
        silent6("from nowhere", packet6().source("::", 40_000)),
        silent6("only the link's padding", packet6().payload(10).trailer(OVER)),
        silent6("a wire that is too narrow for IPv6", packet6())
            .given(world -> world.kernel.configure(SEED, 1297, MINE, World.LINE_CARD)));
  }

  private static Fixture silent(String name, Frame packet) {
    return fixture("too big and not answered: " + name, packet.bytes(), DROP_TOO_BIG);
  }

  private static Fixture silent6(String name, Frame6 packet) {
    return fixture("too big and not answered, IPv6: " + name, packet.bytes(), DROP_TOO_BIG);
  }
}
