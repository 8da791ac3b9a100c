package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.RST;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame.address;
import static dev.shunt.scheduler.xdp.World.CLIENT;
import static dev.shunt.scheduler.xdp.World.CLIENT6;
import static dev.shunt.scheduler.xdp.World.DNS;
import static dev.shunt.scheduler.xdp.World.DNS6;
import static dev.shunt.scheduler.xdp.World.DNS_PORT;
import static dev.shunt.scheduler.xdp.World.HTTP;
import static dev.shunt.scheduler.xdp.World.HTTP6;
import static dev.shunt.scheduler.xdp.World.HTTP_PORT;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.VIP;
import static dev.shunt.scheduler.xdp.World.VIP6;
import static dev.shunt.scheduler.xdp.layout.Aside.REFUSED_LOAD;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_REFUSED;
import static dev.shunt.scheduler.xdp.layout.Outcome.REFUSE_RESET;
import static dev.shunt.scheduler.xdp.layout.Outcome.REFUSE_UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.xdp.layout.SharedLayouts;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** What the clients of refused sessions are told, byte by byte. */
final class RefusalFixtures {

  private static final int CLIENT_PORT = 40_000;
  private static final int DONT = 0x4000;
  private static final int MORE = 0x2000;
  private static final int ETHERNET = 14;
  private static final int QUOTE = 576 - 28;
  private static final int QUOTE6 = 1280 - 48;
  private static final Duration SLOW = Duration.ofMillis(500);

  /** The sequence number of frames, the SYN and the payload that they have if nothing is said. */
  private static final int NEXT = 1 + 1 + 10;

  private RefusalFixtures() {}

  /** Nothing new is admitted any more, to no service. */
  static void closed(World world) throws DataPlaneException {
    close(world, false);
  }

  private static void silent(World world) throws DataPlaneException {
    close(world, true);
  }

  private static void close(World world, boolean silent) throws DataPlaneException {
    for (Service service : List.of(HTTP, DNS, HTTP6, DNS6)) {
      world.limit(service, new Admission(0, 0, 0, 1, SLOW, silent));
      world.shed(service, AdmissionState.ALL);
    }
  }

  /** A reset as a closed port sends it (RFC 9293 section 3.10.7.1). */
  private static Frame reset(int acknowledge) {
    byte[] tcp = tcp(HTTP_PORT, acknowledge);
    return Frame.ip(Frame.TCP)
        .raw(checked(tcp, 16, pseudo(VIP, CLIENT, Frame.TCP, tcp.length)))
        .to(ROUTER)
        .from(MINE)
        .source(VIP, 0)
        .destination(CLIENT, 0)
        .identification(0)
        .fragment(DONT);
  }

  private static Frame6 reset6(int acknowledge) {
    byte[] tcp = tcp(HTTP_PORT, acknowledge);
    return Frame6.ip(Frame.TCP)
        .raw(checked(tcp, 16, pseudo(VIP6, CLIENT6, Frame.TCP, tcp.length)))
        .to(ROUTER)
        .from(MINE)
        .source(VIP6, 0)
        .destination(CLIENT6, 0);
  }

  private static byte[] tcp(int port, int acknowledge) {
    return ByteBuffer.allocate(20)
        .putShort((short) port)
        .putShort((short) CLIENT_PORT)
        .putInt(0)
        .putInt(acknowledge)
        .put((byte) (5 << 4))
        .put((byte) (RST | ACK))
        .array();
  }

  /** What a checksum of TCP covers beside the segment. */
  private static byte[] pseudo(String from, String to, int protocol, int length) {
    byte[] source = address(from);
    return ByteBuffer.allocate(2 * source.length + 8)
        .put(source)
        .put(address(to))
        .putInt(length)
        .putInt(protocol)
        .array();
  }

  private static byte[] checked(byte[] message, int at, byte[] pseudo) {
    ByteBuffer words =
        ByteBuffer.allocate(pseudo.length + message.length + message.length % 2)
            .put(pseudo)
            .put(message)
            .rewind();
    int sum = 0;
    while (words.remaining() > 1) {
      sum += Short.toUnsignedInt(words.getShort());
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = ~(sum + (sum >>> 16));
    return ByteBuffer.wrap(message.clone()).putShort(at, (short) sum).array();
  }

  /** The first bytes of the packet are quoted, without what the link added. */
  private static byte[] unreachable(Frame packet, int quoted) {
    byte[] message =
        ByteBuffer.allocate(8 + quoted)
            .putInt(0x03030000)
            .putInt(0)
            .put(packet.bytes(), ETHERNET, quoted)
            .array();
    return Frame.icmp(checked(message, 2, new byte[0]))
        .to(ROUTER)
        .from(MINE)
        .source(VIP, 0)
        .destination(CLIENT, 0)
        .identification(0)
        .bytes();
  }

  private static byte[] unreachable6(Frame6 packet, int quoted) {
    return Frame6.icmp(
            ByteBuffer.allocate(8 + quoted)
                .putInt(0x01040000)
                .putInt(0)
                .put(packet.bytes(), ETHERNET, quoted)
                .array())
        .to(ROUTER)
        .from(MINE)
        .source(VIP6, 0)
        .destination(CLIENT6, 0)
        .bytes();
  }

  private static Frame syn() {
    return Frame.tcp(SYN);
  }

  private static Frame6 syn6() {
    return Frame6.tcp(SYN);
  }

  private static Fixture reset(String name, byte[] packet, byte[] answer) {
    return fixture("reset: " + name, packet, REFUSE_RESET)
        .given(RefusalFixtures::closed)
        .beside(REFUSED_LOAD)
        .becomes(answer)
        .then(world -> assertThat(world.sessions.list()).isEmpty())
        .then(world -> assertThat(world.events).isEmpty());
  }

  static List<Fixture> resets() {
    return List.of(
        reset("a SYN", syn().payload(0).bytes(), reset(2).bytes()),
        reset("a SYN with data (RFC 7413)", syn().bytes(), reset(NEXT).bytes()),
        reset("a SYN with IP options", syn().options(8).bytes(), reset(NEXT).bytes()),
        reset("a SYN with TCP options", options().bytes(), reset(4).bytes()),
        reset("a short SYN that the link padded", padded().bytes(), reset(2).bytes()),
        reset(
            "a sequence number that wraps",
            Frame.ip(Frame.TCP).raw(lastSequenceNumber()).bytes(),
            reset(5).bytes()),
        reset("with one tag", Tags.one(syn().bytes()), Tags.one(reset(NEXT).bytes())),
        reset("with two tags", Tags.two(syn().bytes()), Tags.two(reset(NEXT).bytes())),
        reset(
            "a client that asks for labels",
            syn().labelled(MINE, ROUTER, SharedLayouts.ASK_LABEL, 64, true),
            reset(NEXT).bytes()),
        reset("IPv6: a SYN", syn6().payload(0).bytes(), reset6(2).bytes()),
        reset("IPv6: a SYN with data", syn6().bytes(), reset6(NEXT).bytes()),
        reset(
            "IPv6: behind extension headers",
            syn6()
                .extension(Frame6.HOP_BY_HOP, 0, 1, 4, 0, 0, 0, 0)
                .extension(Frame6.DESTINATION_OPTIONS, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                .bytes(),
            reset6(NEXT).bytes()),
        reset("IPv6: with one tag", Tags.one(syn6().bytes()), Tags.one(reset6(NEXT).bytes())),
        reset("IPv6: with two tags", Tags.two(syn6().bytes()), Tags.two(reset6(NEXT).bytes())));
  }

  private static Frame options() {
    return syn().dataOffset(8).payload(14);
  }

  private static Frame padded() {
    return syn().payload(0).trailer(6);
  }

  private static byte[] lastSequenceNumber() {
    return ByteBuffer.allocate(25)
        .putShort((short) CLIENT_PORT)
        .putShort((short) HTTP_PORT)
        .putInt(-1)
        .putInt(0)
        .put((byte) (5 << 4))
        .put((byte) SYN)
        .array();
  }

  private static Fixture unreachable(String name, byte[] packet, byte[] answer) {
    return fixture("unreachable: " + name, packet, REFUSE_UNREACHABLE)
        .given(RefusalFixtures::closed)
        .beside(REFUSED_LOAD)
        .becomes(answer)
        .then(world -> assertThat(world.sessions.list()).isEmpty());
  }

  static List<Fixture> unreachables() {
    Frame small = Frame.udp();
    Frame odd = Frame.udp().payload(13).trailer(5);
    Frame large = Frame.udp().payload(1000);
    Frame first = Frame.udp().fragment(MORE).payload(32);
    Frame6 small6 = Frame6.udp();
    Frame6 odd6 = Frame6.udp().payload(15).trailer(2);
    Frame6 large6 = Frame6.udp().payload(1400);
    Frame6 behind = Frame6.udp().extension(Frame6.DESTINATION_OPTIONS, 0, 1, 4, 0, 0, 0, 0);
    return List.of(
        unreachable("a datagram", small.bytes(), unreachable(small, 38)),
        unreachable("an odd one that the link padded", odd.bytes(), unreachable(odd, 41)),
        unreachable("a large one", large.bytes(), unreachable(large, QUOTE)),
        unreachable("a first fragment", first.bytes(), unreachable(first, 60)),
        unreachable("with one tag", Tags.one(odd.bytes()), Tags.one(unreachable(odd, 41))),
        unreachable("with two tags", Tags.two(small.bytes()), Tags.two(unreachable(small, 38))),
        unreachable("IPv6: a datagram", small6.bytes(), unreachable6(small6, 58)),
        unreachable("IPv6: an odd one that the link padded", odd6.bytes(), unreachable6(odd6, 63)),
        unreachable("IPv6: a large one", large6.bytes(), unreachable6(large6, QUOTE6)),
        unreachable("IPv6: behind an extension", behind.bytes(), unreachable6(behind, 66)),
        unreachable(
            "IPv6: with two tags", Tags.two(odd6.bytes()), Tags.two(unreachable6(odd6, 63))));
  }

  private static Fixture silence(String name, byte[] packet) {
    return fixture("refused in silence: " + name, packet, DROP_REFUSED).beside(REFUSED_LOAD);
  }

  static List<Fixture> silences() {
    byte[] rest = new byte[16];
    Arrays.fill(rest, (byte) 0x5a);
    return List.of(
        silence("a SYN", syn().bytes()).given(RefusalFixtures::silent),
        silence("a datagram", Frame.udp().bytes()).given(RefusalFixtures::silent),
        silence("IPv6: a SYN", syn6().bytes()).given(RefusalFixtures::silent),
        silence("IPv6: a datagram", Frame6.udp().bytes()).given(RefusalFixtures::silent),
        silence("from a group", syn().source("224.0.0.9", CLIENT_PORT).bytes())
            .given(RefusalFixtures::closed),
        silence("from nowhere", syn().source("0.0.0.0", CLIENT_PORT).bytes())
            .given(RefusalFixtures::closed),
        silence("IPv6: from a group", syn6().source("ff02::9", CLIENT_PORT).bytes())
            .given(RefusalFixtures::closed),
        silence("a SYN in fragments", syn().fragment(MORE).payload(4).bytes())
            .given(RefusalFixtures::closed),
        fixture(
                "refused in silence: a later fragment of what was refused",
                Frame.ip(Frame.UDP).fragment(3).raw(rest).bytes(),
                DROP_REFUSED)
            .given(world -> {
              closed(world);
              world.run(Frame.udp().destination(VIP, DNS_PORT).fragment(MORE).payload(16).bytes());
            }));
  }
}
