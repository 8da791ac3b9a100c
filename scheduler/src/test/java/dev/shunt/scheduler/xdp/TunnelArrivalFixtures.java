package dev.shunt.scheduler.xdp;

import static dev.shunt.replication.SessionState.ESTABLISHED;
import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.tcp;
import static dev.shunt.scheduler.xdp.Frame.udp;
import static dev.shunt.scheduler.xdp.Outer.entry;
import static dev.shunt.scheduler.xdp.Outer.valid;
import static dev.shunt.scheduler.xdp.PairFixtures.has;
import static dev.shunt.scheduler.xdp.PairFixtures.label;
import static dev.shunt.scheduler.xdp.TunnelFixtures.FORTH;
import static dev.shunt.scheduler.xdp.TunnelFixtures.over;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.NOBODY;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_PAYLOAD;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_STACK;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_TRUNCATED;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_TTL;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_UNKNOWN;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_TUNNEL_CHECKSUM;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_TUNNEL_FRAGMENT;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_TUNNEL_HEADER;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_TUNNEL_SENDER;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_LEARN;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_OUT;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_POP;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_SWITCH;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_NOT_VIP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.xdp.layout.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** MPLS in UDP that arrives: what comes off, what goes on, and what is refused. */
final class TunnelArrivalFixtures {

  private static final byte[] PACKET = valid(tcp(ACK).bytes());
  private static final byte[] PACKET6 = valid(Frame6.tcp(ACK).bytes());
  private static final byte[] NO_IP = tcp(ACK).version(5).bytes();
  private static final int MY_LABEL = entry(A, 60, true);

  private TunnelArrivalFixtures() {}

  static List<Fixture> taken() {
    List<Fixture> fixtures = new ArrayList<>();
    for (boolean ipv6 : List.of(false, true)) {
      fixtures.addAll(mine(ipv6));
      fixtures.addAll(tagged(ipv6, "one tag", Tags::one));
      fixtures.addAll(tagged(ipv6, "two tags", Tags::two));
      fixtures.addAll(passedOn(ipv6));
    }
    fixtures.add(
        arrives(false, "a checksum that need not be", LABEL_POP, arriving(false).checksum(0))
            .becomes(PACKET));
    return fixtures;
  }

  static List<Fixture> refused() {
    List<Fixture> fixtures = new ArrayList<>();
    for (boolean ipv6 : List.of(false, true)) {
      fixtures.addAll(notOurs(ipv6));
      fixtures.addAll(badLabels(ipv6));
      fixtures.addAll(badHeaders(ipv6));
    }
    fixtures.addAll(badHeadersOfIpv4());
    return fixtures;
  }

  private static Outer arriving(boolean ipv6) {
    return Outer.over(ipv6).arriving();
  }

  private static Fixture arrives(boolean ipv6, String name, Outcome outcome, Outer outer) {
    return arrives(ipv6, name, outcome, outer.around(PACKET, MY_LABEL));
  }

  private static Fixture arrives(boolean ipv6, String name, Outcome outcome, byte[] frame) {
    return fixture(over(ipv6) + name, frame, outcome).given(world -> world.tunnels(ipv6));
  }

  private static List<Fixture> mine(boolean ipv6) {
    byte[] answer =
        valid(
            tcp(ACK).source(World.VIP, World.HTTP_PORT).destination(World.CLIENT, 40_000).bytes());
    byte[] sentOn = answer.clone();
    ByteBuffer.wrap(sentOn).put(0, ROUTER.bytes()).put(6, MINE.bytes());
    byte[] damaged = PACKET.clone();
    damaged[damaged.length - 1] ^= 1;
    byte[] noChecksum = udp().payload(999).bytes();
    byte[] damagedInside = arriving(ipv6).around(PACKET, MY_LABEL);
    damagedInside[damagedInside.length - 1] ^= 1;
    return List.of(
        arrives(ipv6, "my label comes off", LABEL_POP, arriving(ipv6)).becomes(PACKET),
        arrives(
                ipv6,
                "my odd label comes off",
                LABEL_POP,
                arriving(ipv6).around(PACKET6, entry(A + 1, 60, true)))
            .becomes(PACKET6),
        arrives(
                ipv6,
                "a datagram without checksum arrives",
                LABEL_POP,
                arriving(ipv6).around(noChecksum, MY_LABEL))
            .becomes(noChecksum),
        arrives(ipv6, "damage inside is left to the stack", LABEL_POP, damagedInside)
            .becomes(damaged),
        arrives(
                ipv6,
                "an unknown session's label brings its session",
                LABEL_LEARN,
                arriving(ipv6).around(PACKET, entry(A, 60, false), entry(FORTH, 60, true)))
            .becomes(PACKET)
            .then(has(A, label(FORTH, NOBODY, false))),
        arrives(
                ipv6,
                "a session's label that leads here",
                LABEL_POP,
                arriving(ipv6).around(PACKET, entry(A, 60, false), entry(FORTH, 60, true)))
            .given(world -> {
              world.tunnels(ipv6);
              world.session(A, ESTABLISHED, label(FORTH, ROUTER, false));
            })
            .becomes(PACKET)
            .then(world -> assertThat(world.sessionLabels().getFirst().packets()).isEqualTo(1)),
        arrives(
                ipv6,
                "a label back leads to the client",
                LABEL_OUT,
                arriving(ipv6).around(answer, entry(A, 60, false), entry(FORTH + 1, 60, true)))
            .given(world -> {
              world.tunnels(ipv6);
              world.session(B, ESTABLISHED, label(FORTH, ROUTER, false));
            })
            .becomes(sentOn));
  }

  private static List<Fixture> tagged(boolean ipv6, String tags, UnaryOperator<byte[]> on) {
    return List.of(
        arrives(
                ipv6,
                tags + " stays when the label comes off",
                LABEL_POP,
                arriving(ipv6).around(on.apply(PACKET), MY_LABEL))
            .becomes(on.apply(PACKET)),
        arrives(
                ipv6,
                tags + " stays with a session's label",
                LABEL_LEARN,
                arriving(ipv6)
                    .around(on.apply(PACKET6), entry(A + 1, 60, false), entry(FORTH, 60, true)))
            .becomes(on.apply(PACKET6)));
  }

  private static List<Fixture> passedOn(boolean ipv6) {
    Outer toC = Outer.over(ipv6).to(C, MAC_C);
    return List.of(
        arrives(
                ipv6,
                "another's session goes on in new headers",
                LABEL_SWITCH,
                arriving(ipv6).around(PACKET, entry(A, 60, false), entry(FORTH, 50, true)))
            .given(world -> {
              world.tunnels(ipv6);
              world.session(C, ESTABLISHED, label(FORTH, ROUTER, false));
            })
            .becomes(toC.around(PACKET, entry(C, 49, false), entry(FORTH, 49, true))),
        arrives(
                ipv6,
                "another target's label goes on",
                LABEL_SWITCH,
                arriving(ipv6).around(PACKET, entry(C, 60, true)))
            .becomes(toC.around(PACKET, entry(C, 59, true))),
        arrives(
                ipv6,
                "another target's label goes on with the session's",
                LABEL_SWITCH,
                arriving(ipv6).around(PACKET6, entry(C + 1, 60, false), entry(FORTH, 60, true)))
            .becomes(toC.around(PACKET6, entry(C + 1, 59, false), entry(FORTH, 60, true)))
            .then(world -> assertThat(world.sessionLabels()).isEmpty()));
  }

  private static List<Fixture> notOurs(boolean ipv6) {
    byte[] tunnelled = arriving(ipv6).around(PACKET, MY_LABEL);
    return List.of(
        fixture(over(ipv6) + "nobody has tunnels here", tunnelled, PASS_NOT_VIP),
        arrives(ipv6, "another port", PASS_NOT_VIP, arriving(ipv6).port(6636)),
        arrives(
            ipv6, "another address of this machine", PASS_NOT_VIP, arriving(ipv6).destination(C)),
        arrives(ipv6, "no member's address", DROP_TUNNEL_SENDER, arriving(ipv6).foreign()),
        arrives(ipv6, "this machine's own address", DROP_TUNNEL_SENDER, own(ipv6)),
        arrives(ipv6, "a server's address", DROP_TUNNEL_SENDER, tunnelled)
            .given(world -> {
              world.tunnels(ipv6);
              world.server(B, B);
            }),
        arrives(ipv6, "a member's address that is a server's too", LABEL_POP, tunnelled)
            .given(world -> {
              world.tunnels(ipv6);
              world.server(C, B);
            })
            .becomes(PACKET),
        arrives(ipv6, "a member that is none any more", DROP_TUNNEL_SENDER, tunnelled)
            .given(world -> {
              world.tunnels(ipv6);
              world.only(C);
            }));
  }

  private static Outer own(boolean ipv6) {
    return Outer.over(ipv6).to(A, MINE);
  }

  private static List<Fixture> badLabels(boolean ipv6) {
    return List.of(
        arrives(
            ipv6,
            "a session's label on top",
            DROP_LABEL_UNKNOWN,
            arriving(ipv6).around(PACKET, entry(FORTH, 60, true))),
        arrives(
            ipv6,
            "a label that nobody gave out",
            DROP_LABEL_UNKNOWN,
            arriving(ipv6).around(PACKET, entry(C + 2, 60, true))),
        arrives(
            ipv6, "no hop left", DROP_LABEL_TTL, arriving(ipv6).around(PACKET, entry(A, 0, true))),
        arrives(
            ipv6,
            "no hop left to another target",
            DROP_LABEL_TTL,
            arriving(ipv6).around(PACKET, entry(C, 1, true))),
        arrives(
            ipv6,
            "no label",
            DROP_LABEL_TRUNCATED,
            arriving(ipv6).around(Arrays.copyOf(PACKET, 14))),
        arrives(
            ipv6,
            "half a stack",
            DROP_LABEL_TRUNCATED,
            arriving(ipv6).around(Arrays.copyOf(PACKET, 14), entry(A, 60, false))),
        arrives(
                ipv6,
                "neither IPv4 nor IPv6 below an unknown session's label",
                DROP_LABEL_PAYLOAD,
                arriving(ipv6).around(NO_IP, entry(A, 60, false), entry(FORTH, 60, true)))
            .becomes(TunnelFixtures.labelled(NO_IP, FORTH, 60)),
        arrives(
                ipv6,
                "three labels",
                DROP_LABEL_STACK,
                arriving(ipv6)
                    .around(PACKET, entry(A, 60, false), entry(B, 60, false), entry(B, 60, true)))
            .given(world -> {
              world.tunnels(ipv6);
              world.row(World.HTTP, World.rowOf(B));
            })
            .becomes(stacked()));
  }

  /** What is left of three labels when the first is off. */
  private static byte[] stacked() {
    return ByteBuffer.allocate(PACKET.length + 8)
        .put(PACKET, 0, 12)
        .putShort((short) 0x8847)
        .putInt(entry(B, 60, false))
        .putInt(entry(B, 60, true))
        .put(PACKET, 14, PACKET.length - 14)
        .array();
  }

  private static List<Fixture> badHeaders(boolean ipv6) {
    byte[] tunnelled = arriving(ipv6).around(PACKET, MY_LABEL);
    return List.of(
        arrives(ipv6, "longer than its frame", DROP_TUNNEL_HEADER, arriving(ipv6).lengthError(1)),
        arrives(ipv6, "IP shorter than UDP", DROP_TUNNEL_HEADER, arriving(ipv6).lengthError(-1)),
        arrives(ipv6, "UDP longer than IP", DROP_TUNNEL_HEADER, arriving(ipv6).udpLengthError(1)),
        arrives(ipv6, "UDP shorter than IP", DROP_TUNNEL_HEADER, arriving(ipv6).udpLengthError(-4)),
        arrives(ipv6, "a wrong UDP checksum", DROP_TUNNEL_CHECKSUM, arriving(ipv6).checksum(1)),
        arrives(
            ipv6,
            "a damaged label",
            ipv6 ? DROP_TUNNEL_CHECKSUM : DROP_LABEL_UNKNOWN,
            changed(tunnelled, 14 + (ipv6 ? 48 : 28) + (ipv6 ? 3 : 2), ipv6 ? 0x08 : 0x60)));
  }

  private static byte[] changed(byte[] frame, int at, int by) {
    byte[] changed = frame.clone();
    changed[at] ^= (byte) by;
    return changed;
  }

  private static List<Fixture> badHeadersOfIpv4() {
    return List.of(
        arrives(
            false, "a wrong IP checksum", DROP_TUNNEL_HEADER, arriving(false).ipChecksumError(1)),
        arrives(false, "options", DROP_TUNNEL_HEADER, arriving(false).options(4)),
        arrives(
            false,
            "a first fragment of a tunnel's",
            DROP_TUNNEL_FRAGMENT,
            arriving(false).fragment(0x2000)),
        arrives(
            false, "a later fragment is no tunnel's", PASS_NOT_VIP, arriving(false).fragment(4)),
        arrives(true, "no UDP checksum", DROP_TUNNEL_CHECKSUM, arriving(true).withoutChecksum()));
  }
}
