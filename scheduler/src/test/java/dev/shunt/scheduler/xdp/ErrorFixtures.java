package dev.shunt.scheduler.xdp;

import static dev.shunt.replication.SessionState.CLOSING;
import static dev.shunt.replication.SessionState.ESTABLISHED;
import static dev.shunt.replication.SessionState.OPENING;
import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.LinkFixtures.edit;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.CLIENT;
import static dev.shunt.scheduler.xdp.World.CLIENT6;
import static dev.shunt.scheduler.xdp.World.DNS_PORT;
import static dev.shunt.scheduler.xdp.World.HTTP;
import static dev.shunt.scheduler.xdp.World.HTTP6;
import static dev.shunt.scheduler.xdp.World.HTTP_PORT;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.VIP;
import static dev.shunt.scheduler.xdp.World.VIP6;
import static dev.shunt.scheduler.xdp.World.rowOf;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ICMP_ERROR;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_NO_TARGET;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_TOO_BIG;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_ERROR;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_ERROR;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_NOT_VIP;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_ICMP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Session;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.TargetState;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** ICMP errors to a VIP: about a packet that it sent, which names the flow. */
final class ErrorFixtures {

  private static final String HOP = "192.0.2.254";
  private static final String HOP6 = "2001:db8:ff::1";

  /** What an error must quote: the IP header and eight bytes more. */
  private static final int LEAST = 28;

  private static final int UNREACHABLE = 3;
  private static final int TOO_BIG = 2;

  private ErrorFixtures() {}

  private static Frame answer() {
    return Frame.tcp(ACK).source(VIP, HTTP_PORT).destination(CLIENT, 40_000);
  }

  private static Frame6 answer6() {
    return Frame6.tcp(ACK).source(VIP6, HTTP_PORT).destination(CLIENT6, 40_000);
  }

  private static byte[] message(int type, byte[] quoted) {
    return ByteBuffer.allocate(8 + quoted.length)
        .putInt(type << 24)
        .putInt(1400)
        .put(quoted)
        .array();
  }

  private static byte[] quoted(byte[] frame, int bytes) {
    return Arrays.copyOfRange(frame, 14, 14 + bytes);
  }

  /** From a hop on the way, about this packet. */
  private static Frame about(int type, Frame sent, int bytes) {
    return Frame.icmp(message(type, quoted(sent.bytes(), bytes))).source(HOP, 0);
  }

  private static Frame error() {
    return about(UNREACHABLE, answer(), LEAST);
  }

  private static Frame6 about6(int type, Frame6 sent, int bytes) {
    return Frame6.icmp(message(type, quoted(sent.bytes(), bytes))).source(HOP6, 0);
  }

  private static Frame6 error6() {
    return about6(TOO_BIG, answer6(), 48);
  }

  static List<Fixture> ledByTheirFlow() {
    return List.of(
        fixture("an ICMP error goes where its session goes", error().bytes(), FORWARD_ERROR)
            .given(ErrorFixtures::sessionAtC)
            .becomes(error().labelled(MAC_C, C))
            .then(ErrorFixtures::sessionIsAsItWas),
        fixture("an ICMP error about a session of this machine", error().bytes(), LOCAL_ERROR)
            .given(world -> world.session(A, ESTABLISHED)),
        fixture("an ICMP error about a closing session", error().bytes(), FORWARD_ERROR)
            .given(world -> world.session(C, CLOSING))
            .becomes(error().labelled(MAC_C, C)),
        fixture("an ICMP error establishes nothing", error().bytes(), FORWARD_ERROR)
            .given(world -> world.session(C, OPENING))
            .becomes(error().labelled(MAC_C, C))
            .then(world -> assertThat(world.onlySession().state()).isEqualTo(OPENING)),
        fixture("an ICMP error about a half-open session", error().bytes(), FORWARD_ERROR)
            .given(world -> {
              world.row(HTTP, rowOf(C));
              world.run(Frame.tcp(SYN).bytes());
              world.row(HTTP, rowOf(B));
            })
            .becomes(error().labelled(MAC_C, C))
            .then(world -> assertThat(world.sessions.list()).isEmpty()),
        fixture("an ICMP error without a session goes by the row", error().bytes(), FORWARD_ERROR)
            .becomes(error().labelled(MAC_B, B))
            .then(world -> assertThat(world.sessions.list()).isEmpty()),
        fixture(
                "an ICMP error whose target is gone goes by the row",
                error().bytes(),
                FORWARD_ERROR)
            .given(world -> {
              sessionAtC(world);
              world.state(C, TargetState.GONE);
            })
            .becomes(error().labelled(MAC_B, B)),
        fixture("an ICMP error to a direct server", error().bytes(), FORWARD_ERROR)
            .given(world -> {
              world.plain(C);
              sessionAtC(world);
            })
            .becomes(error().to(MAC_C).from(MINE).bytes()),
        follows("time exceeded", about(11, answer(), LEAST)),
        follows("a parameter problem", about(12, answer(), LEAST)),
        follows("an error that quotes more than it must", about(3, answer().payload(400), 400)),
        follows("an error about a packet with options", about(3, answer().options(40), 68)),
        follows("an error about a first fragment", about(3, answer().fragment(0x2000), LEAST)),
        follows("an error with options of its own", error().options(8)),
        fixture(
                "an ICMP error about a datagram",
                about(3, answerByUdp(), LEAST).bytes(),
                FORWARD_ERROR)
            .becomes(about(3, answerByUdp(), LEAST).labelled(MAC_B, B)),
        fixture("a tagged ICMP error", Tags.two(error().bytes()), FORWARD_ERROR)
            .given(ErrorFixtures::sessionAtC)
            .becomes(Tags.two(error().labelled(MAC_C, C))));
  }

  private static Fixture follows(String name, Frame error) {
    return fixture(name + " follows its flow", error.bytes(), FORWARD_ERROR)
        .given(ErrorFixtures::sessionAtC)
        .becomes(error.labelled(MAC_C, C));
  }

  private static Frame answerByUdp() {
    return Frame.udp().source(VIP, DNS_PORT).destination(CLIENT, 40_000);
  }

  private static void sessionAtC(World world) throws DataPlaneException {
    world.session(C, ESTABLISHED);
  }

  /** Also its times: it was written by the loader and no packet was counted since. */
  private static void sessionIsAsItWas(World world) throws DataPlaneException {
    KernelSession session = world.onlySession();
    assertThat(session.state()).isEqualTo(ESTABLISHED);
    assertThat(session.packets()).isZero();
  }

  static List<Fixture> leftToTheStack() {
    return List.of(
        passes("an echo request", Frame.icmp(message(8, new byte[40]))),
        passes("a redirect", about(5, answer(), LEAST)),
        passes("a source quench", about(4, answer(), LEAST)),
        passes("an ICMP error about ICMP", about(3, Frame.ip(Frame.ICMP).source(VIP, 0), LEAST)),
        passes(
            "an ICMP error about a port without service",
            about(3, answer().source(VIP, 81), LEAST)),
        passes("an ICMP header cut short", Frame.icmp(new byte[] {3, 0, 0, 0, 0, 0, 0})),
        fixture(
            "an ICMP error to another address passes",
            error().destination("203.0.113.99", 0).bytes(),
            PASS_NOT_VIP));
  }

  private static Fixture passes(String name, Frame frame) {
    return fixture(name + " is left to the stack", frame.bytes(), PASS_VIP_ICMP);
  }

  static List<Fixture> damaged() {
    byte[] sent = answer().bytes();
    return List.of(
        dropped("nothing", new byte[0]),
        dropped("an IP header cut short", quoted(sent, 19)),
        dropped("a byte less than it must", quoted(sent, LEAST - 1)),
        dropped("options cut short", quoted(answer().options(40).bytes(), 40)),
        dropped("version 6", edit(quoted(sent, LEAST), 0, 0x65)),
        dropped("a header of four words", edit(quoted(sent, LEAST), 0, 0x44)),
        dropped("a later fragment", quoted(answer().fragment(8).bytes(), LEAST)),
        dropped("a packet that another sent", quoted(answer().source(CLIENT, 80).bytes(), LEAST)),
        fixture(
            "an ICMP error that only the link's padding completes",
            error().totalLengthError(-1).bytes(),
            DROP_ICMP_ERROR),
        fixture("an ICMP error about a service without targets", error().bytes(), DROP_NO_TARGET)
            .given(world -> world.row(HTTP, DispatchRow.EMPTY)),
        fixture(
            "an ICMP error that is too big is not answered",
            about(3, answer().payload(1500), 1487).fragment(0x4000).bytes(),
            DROP_TOO_BIG));
  }

  private static Fixture dropped(String quotes, byte[] quoted) {
    return fixture(
        "an ICMP error that quotes " + quotes,
        Frame.icmp(message(UNREACHABLE, quoted)).source(HOP, 0).bytes(),
        DROP_ICMP_ERROR);
  }

  static List<Fixture> ofIpv6() {
    return List.of(
        follows6("destination unreachable", about6(1, answer6(), 48)),
        follows6("packet too big", error6()),
        follows6("time exceeded", about6(3, answer6(), 48)),
        follows6("a parameter problem", about6(4, answer6(), 48)),
        follows6(
            "an error about a first fragment",
            about6(1, answer6().extension(Frame6.FRAGMENT, 0, 0, 1, 0, 0, 0, 9), 56)),
        follows6(
            "an error about a packet with options",
            about6(1, answer6().extension(Frame6.DESTINATION_OPTIONS, 0, 1, 4, 0, 0, 0, 0), 56)),
        fixture("IPv6: an error about this machine's session", error6().bytes(), LOCAL_ERROR)
            .given(session6(A)),
        fixture("IPv6: an error without a session goes by the row", error6().bytes(), FORWARD_ERROR)
            .becomes(error6().labelled(MAC_B, B))
            .then(world -> assertThat(world.sessions.list()).isEmpty()),
        fixture("IPv6: a tagged error", Tags.one(error6().bytes()), FORWARD_ERROR)
            .becomes(Tags.one(error6().labelled(MAC_B, B))),
        fixture("IPv6: an error about a half-open session", error6().bytes(), FORWARD_ERROR)
            .given(world -> {
              world.row(HTTP6, rowOf(C));
              world.run(Frame6.tcp(SYN).bytes());
              world.row(HTTP6, rowOf(B));
            })
            .becomes(error6().labelled(MAC_C, C)));
  }

  private static Fixture follows6(String name, Frame6 error) {
    return fixture("IPv6: " + name + " follows its flow", error.bytes(), FORWARD_ERROR)
        .given(session6(C))
        .becomes(error.labelled(MAC_C, C))
        .then(world -> {
          assertThat(world.onlySession().state()).isEqualTo(ESTABLISHED);
          assertThat(world.onlySession().packets()).isZero();
        });
  }

  private static Fixture.Step session6(int label) {
    return world ->
        world.sessions.put(List.of(new Session(World.flow6(), label, ESTABLISHED, Term.NONE, 0)));
  }

  static List<Fixture> damagedOfIpv6() {
    byte[] sent = answer6().bytes();
    return List.of(
        dropped6("nothing", new byte[0]),
        dropped6("an IP header cut short", quoted(sent, 39)),
        dropped6("a byte less than it must", quoted(sent, 47)),
        dropped6("version 4", edit(quoted(sent, 48), 0, 0x45)),
        dropped6("a packet that another sent", quoted(answer6().source(HOP6, 80).bytes(), 48)),
        dropped6(
            "a later fragment",
            quoted(answer6().extension(Frame6.FRAGMENT, 0, 0, 8, 0, 0, 0, 9).bytes(), 56)),
        dropped6(
            "an extension header cut short",
            quoted(answer6().extension(Frame6.FRAGMENT, 0, 0, 1, 0, 0, 0, 9).bytes(), 47)),
        dropped6(
            "an extension header longer than the rest",
            quoted(
                answer6().extension(Frame6.DESTINATION_OPTIONS, 9, 1, 4, 0, 0, 0, 0).bytes(), 56)),
        dropped6("seven extension headers", quoted(options(7).bytes(), 104)),
        fixture(
            "IPv6: an error whose own header is cut short is left to the stack",
            Frame6.icmp(message(1, new byte[0])).source(HOP6, 0).lengthError(-1).bytes(),
            PASS_VIP_ICMP),
        fixture(
            "IPv6: an error about ICMP is left to the stack",
            about6(1, Frame6.ip(Frame6.ICMPV6).source(VIP6, 0), 48).bytes(),
            PASS_VIP_ICMP),
        fixture(
            "IPv6: an error about a port without service is left to the stack",
            about6(1, answer6().source(VIP6, 81), 48).bytes(),
            PASS_VIP_ICMP),
        fixture(
            "IPv6: an error behind options of its own is left to the stack",
            error6().extension(Frame6.DESTINATION_OPTIONS, 0, 1, 4, 0, 0, 0, 0).bytes(),
            PASS_VIP_ICMP));
  }

  private static Frame6 options(int count) {
    Frame6 frame = answer6();
    for (int i = 0; i < count; i++) {
      frame.extension(Frame6.DESTINATION_OPTIONS, 0, 1, 4, 0, 0, 0, 0);
    }
    return frame;
  }

  private static Fixture dropped6(String quotes, byte[] quoted) {
    return fixture(
        "IPv6: an error that quotes " + quotes,
        Frame6.icmp(message(1, quoted)).source(HOP6, 0).bytes(),
        DROP_ICMP_ERROR);
  }
}
