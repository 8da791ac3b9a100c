package dev.shunt.scheduler.xdp;

import static dev.shunt.replication.SessionState.ESTABLISHED;
import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame.tcp;
import static dev.shunt.scheduler.xdp.Frame.udp;
import static dev.shunt.scheduler.xdp.Outer.entry;
import static dev.shunt.scheduler.xdp.Outer.valid;
import static dev.shunt.scheduler.xdp.PairFixtures.has;
import static dev.shunt.scheduler.xdp.PairFixtures.label;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.HTTP;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.MTU_FRAME;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.rowOf;
import static dev.shunt.scheduler.xdp.layout.Aside.PAIR_TAKEN;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_PAYLOAD;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_TOO_BIG;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_FRAGMENT;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SESSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_STATELESS;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_SWITCH;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.TOO_BIG_ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.LabelEntry;
import dev.shunt.scheduler.xdp.layout.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Packets that go to their target in UDP (RFC 7510), over both versions of IP. */
final class TunnelFixtures {

  static final int FORTH = 8199;
  private static final int DONT = 0x4000;
  private static final int ETHERNET = 14;

  /** DSCP 46, and ECN "capable". */
  private static final int TOS = 0xba;

  private TunnelFixtures() {}

  static List<Fixture> sent() {
    List<Fixture> fixtures = new ArrayList<>();
    for (boolean ipv6 : List.of(false, true)) {
      fixtures.addAll(balanced(ipv6));
      fixtures.addAll(tagged(ipv6, "one tag", Tags::one));
      fixtures.addAll(tagged(ipv6, "two tags", Tags::two));
      fixtures.addAll(switched(ipv6));
      fixtures.addAll(odd(ipv6));
      fixtures.addAll(tooBig(ipv6));
    }
    return fixtures;
  }

  static String over(boolean ipv6) {
    return "over IPv" + (ipv6 ? 6 : 4) + ": ";
  }

  private static List<Fixture> balanced(boolean ipv6) {
    byte[] syn = valid(tcp(SYN).bytes());
    byte[] syn6 = valid(Frame6.tcp(SYN).bytes());
    byte[] datagram = valid(udp().bytes());
    byte[] ack6 = valid(Frame6.udp().payload(11).bytes());
    return List.of(
        fixture(over(ipv6) + "a SYN goes with its target's label", syn, FORWARD_NEW)
            .given(world -> world.tunnels(ipv6))
            .becomes(Outer.over(ipv6).around(syn, entry(B, 64, true)))
            .then(world -> assertThat(world.counters.target(B).packets()).isEqualTo(1)),
        fixture(over(ipv6) + "an IPv6 SYN goes with the odd label", syn6, FORWARD_NEW)
            .given(world -> world.tunnels(ipv6))
            .becomes(Outer.over(ipv6).around(syn6, entry(B + 1, 64, true))),
        fixture(over(ipv6) + "a session has its label below the target's", datagram, FORWARD_NEW)
            .given(world -> {
              world.tunnels(ipv6);
              world.labels(3);
            })
            .becomes(Outer.over(ipv6).around(datagram, entry(B, 64, false), entry(FORTH, 64, true)))
            .beside(PAIR_TAKEN)
            .then(has(B, label(FORTH, ROUTER, false)))
            .then(world ->
                assertThat(world.sessionLabels().getFirst())
                    .isEqualTo(
                        new LabelEntry(
                            FORTH, LabelAction.TO_TUNNEL, B, MAC_B, World.LINE_CARD, 0))),
        fixture(over(ipv6) + "an IPv6 session of odd length", ack6, FORWARD_NEW)
            .given(world -> {
              world.tunnels(ipv6);
              world.labels(3);
            })
            .becomes(Outer.over(ipv6).around(ack6, entry(B + 1, 64, false), entry(FORTH, 64, true)))
            .beside(PAIR_TAKEN),
        fixture(over(ipv6) + "this machine's node needs no tunnel", syn, LOCAL_NEW)
            .given(world -> {
              world.tunnels(ipv6);
              world.row(HTTP, rowOf(A));
            }),
        fixture(over(ipv6) + "a plain server gets its frames as ever", syn, FORWARD_NEW)
            .given(world -> {
              world.tunnels(ipv6);
              world.plain(B);
            })
            .becomes(valid(tcp(SYN).to(MAC_B).from(MINE).bytes())),
        fixture(over(ipv6) + "another router is the next hop", syn, FORWARD_NEW)
            .given(world -> {
              world.tunnels(ipv6);
              world.row(HTTP, rowOf(C));
            })
            .becomes(Outer.over(ipv6).to(C, MAC_C).around(syn, entry(C, 64, true))));
  }

  private static List<Fixture> tagged(boolean ipv6, String tags, UnaryOperator<byte[]> on) {
    byte[] packet = on.apply(valid(tcp(ACK).bytes()));
    byte[] packet6 = on.apply(valid(Frame6.tcp(ACK).bytes()));
    return List.of(
        fixture(over(ipv6) + tags + " stays outside", packet, FORWARD_STATELESS)
            .given(world -> world.tunnels(ipv6))
            .becomes(Outer.over(ipv6).around(packet, entry(B, 64, true))),
        fixture(over(ipv6) + tags + ": IPv6 with a session's label", packet6, FORWARD_STATELESS)
            .given(world -> {
              world.tunnels(ipv6);
              world.labels(3);
            })
            .beside(PAIR_TAKEN)
            .becomes(
                Outer.over(ipv6).around(packet6, entry(B + 1, 64, false), entry(FORTH, 64, true))));
  }

  /** Labelled frames of this segment that lead to another one. */
  private static List<Fixture> switched(boolean ipv6) {
    Frame packet = tcp(ACK);
    byte[] inside = valid(packet.bytes());
    byte[] inside6 = valid(Frame6.tcp(ACK).bytes());
    return List.of(
        fixture(
                over(ipv6) + "a labelled frame goes below its target's label",
                labelled(inside, FORTH, 64),
                LABEL_SWITCH)
            .given(world -> {
              world.tunnels(ipv6);
              world.session(C, ESTABLISHED, label(FORTH, ROUTER, false));
            })
            .becomes(
                Outer.over(ipv6)
                    .to(C, MAC_C)
                    .around(inside, entry(C, 63, false), entry(FORTH, 63, true)))
            .then(world -> assertThat(world.counters.target(C).packets()).isEqualTo(1)),
        fixture(
                over(ipv6) + "a labelled IPv6 frame goes below the odd label",
                labelled(inside6, FORTH, 9),
                LABEL_SWITCH)
            .given(world -> {
              world.tunnels(ipv6);
              world.session(World.flow6(), C, ESTABLISHED, label(FORTH, ROUTER, false));
            })
            .becomes(
                Outer.over(ipv6)
                    .to(C, MAC_C)
                    .around(inside6, entry(C + 1, 8, false), entry(FORTH, 8, true))),
        fixture(
                over(ipv6) + "a target's label is enough",
                Tags.one(labelled(inside, B, 64)),
                LABEL_SWITCH)
            .given(world -> world.tunnels(ipv6))
            .becomes(Outer.over(ipv6).around(Tags.one(inside), entry(B, 63, true))),
        fixture(
                over(ipv6) + "neither IPv4 nor IPv6 behind a label",
                labelled(packet.version(5).bytes(), B, 64),
                DROP_LABEL_PAYLOAD)
            .given(world -> world.tunnels(ipv6))
            .becomes(labelled(packet.bytes(), B, 63)));
  }

  static byte[] labelled(byte[] frame, int label, int ttl) {
    int link = Outer.link(frame);
    return ByteBuffer.allocate(frame.length + 4)
        .put(frame, 0, link - 2)
        .putShort((short) 0x8847)
        .putInt(entry(label, ttl, true))
        .put(frame, link, frame.length - link)
        .array();
  }

  private static List<Fixture> odd(boolean ipv6) {
    byte[] marked = valid(tcp(ACK).bytes());
    marked[ETHERNET + 1] = (byte) TOS;
    ByteBuffer header = ByteBuffer.wrap(marked);
    header.putShort(ETHERNET + 10, (short) (header.getShort(ETHERNET + 10) - TOS));
    byte[] marked6 = valid(Frame6.tcp(ACK).bytes());
    marked6[ETHERNET] |= TOS >> 4;
    marked6[ETHERNET + 1] |= (byte) (TOS << 4);
    byte[] noChecksum = udp().bytes();
    byte[] odd = udp().payload(1001).bytes();
    byte[] first = udp().fragment(0x2000).payload(24).bytes();
    byte[] rest = new byte[777];
    Arrays.fill(rest, (byte) 0x5a);
    byte[] later = Frame.ip(Frame.UDP).fragment(4).raw(rest).bytes();
    byte[] padded = valid(tcp(ACK).payload(0).bytes());
    byte[] options = valid(tcp(ACK).options(8).bytes());
    byte[] extended =
        Frame6.udp().extension(Frame6.DESTINATION_OPTIONS, 0, 1, 4, 0, 0, 0, 0).bytes();
    return List.of(
        goes(ipv6, "DSCP is copied, ECN is not", marked, FORWARD_STATELESS)
            .becomes(Outer.over(ipv6).tos(0xb8).around(marked, entry(B, 64, true))),
        goes(ipv6, "the DSCP of IPv6", marked6, FORWARD_STATELESS)
            .becomes(Outer.over(ipv6).tos(0xb8).around(marked6, entry(B + 1, 64, true))),
        goes(
                ipv6,
                "a packet's TTL is its labels'",
                valid(tcp(ACK).ttl(7).bytes()),
                FORWARD_STATELESS)
            .becomes(Outer.over(ipv6).around(valid(tcp(ACK).ttl(7).bytes()), entry(B, 7, true))),
        goes(ipv6, "a datagram without checksum", noChecksum, FORWARD_NEW)
            .becomes(Outer.over(ipv6).around(noChecksum, entry(B, 64, true))),
        goes(ipv6, "a long datagram of odd length without checksum", odd, FORWARD_NEW)
            .becomes(Outer.over(ipv6).around(odd, entry(B, 64, true))),
        goes(ipv6, "a first fragment", first, FORWARD_NEW)
            .becomes(Outer.over(ipv6).around(first, entry(B, 64, true))),
        fixture(over(ipv6) + "a later fragment", later, FORWARD_FRAGMENT)
            .given(world -> {
              world.tunnels(ipv6);
              world.run(first);
            })
            .becomes(Outer.over(ipv6).around(later, entry(B, 64, true))),
        goes(ipv6, "IP options", options, FORWARD_STATELESS)
            .becomes(Outer.over(ipv6).around(options, entry(B, 64, true))),
        goes(ipv6, "extension headers", extended, FORWARD_NEW)
            .becomes(Outer.over(ipv6).around(extended, entry(B + 1, 64, true))),
        goes(ipv6, "what the link added stays behind", Arrays.copyOf(padded, 60), FORWARD_STATELESS)
            .becomes(Outer.over(ipv6).around(padded, entry(B, 64, true))));
  }

  private static Fixture goes(boolean ipv6, String name, byte[] packet, Outcome outcome) {
    return fixture(over(ipv6) + name, packet, outcome).given(world -> world.tunnels(ipv6));
  }

  private static List<Fixture> tooBig(boolean ipv6) {
    int fits = MTU_FRAME - 18 - Encap.UDP.overhead(ipv6);
    int most = fits + 4;
    Frame packet = tcp(ACK).fragment(DONT).payload(most + 1 - 40);
    Frame6 packet6 = Frame6.tcp(ACK).payload(most + 1 - 60);
    Frame unchecked = tcp(ACK).fragment(DONT).payload(most - 40);
    byte[] longest = valid(unchecked.bytes());
    byte[] longest6 = valid(Frame6.tcp(ACK).payload(most - 60).bytes());
    return List.of(
        fixture(over(ipv6) + "a byte too long", packet.bytes(), TOO_BIG_ANSWER)
            .given(world -> world.tunnels(ipv6))
            .becomes(TooBigFixtures.answer(packet, fits)),
        fixture(over(ipv6) + "an IPv6 packet a byte too long", packet6.bytes(), TOO_BIG_ANSWER)
            .given(world -> world.tunnels(ipv6))
            .becomes(TooBigFixtures.answer6(packet6, fits)),
        fixture(over(ipv6) + "a tag takes nothing from it", Tags.one(longest), FORWARD_STATELESS)
            .given(world -> world.tunnels(ipv6))
            .becomes(Outer.over(ipv6).around(Tags.one(longest), entry(B, 64, true))),
        fixture(over(ipv6) + "an IPv6 packet that just fits", longest6, FORWARD_STATELESS)
            .given(world -> world.tunnels(ipv6))
            .becomes(Outer.over(ipv6).around(longest6, entry(B + 1, 64, true))),
        fixture(over(ipv6) + "it does not fit with two labels", unchecked.bytes(), TOO_BIG_ANSWER)
            .given(world -> {
              world.tunnels(ipv6);
              world.session(C, ESTABLISHED, label(FORTH, ROUTER, false));
            })
            .becomes(TooBigFixtures.answer(unchecked, fits)),
        fixture(
                over(ipv6) + "too long and may be cut, which nobody does here",
                tcp(ACK).payload(most + 1 - 40).bytes(),
                DROP_TOO_BIG)
            .given(world -> world.tunnels(ipv6)),
        fixture(
                over(ipv6) + "a labelled frame that does not fit",
                labelled(packet.bytes(), B, 64),
                DROP_TOO_BIG)
            .given(world -> world.tunnels(ipv6))
            .becomes(labelled(packet.bytes(), B, 63)),
        fixture(over(ipv6) + "a session's packet", valid(tcp(ACK).bytes()), FORWARD_SESSION)
            .given(world -> {
              world.tunnels(ipv6);
              world.session(C, ESTABLISHED, label(FORTH, ROUTER, false));
            })
            .becomes(
                Outer.over(ipv6)
                    .to(C, MAC_C)
                    .around(valid(tcp(ACK).bytes()), entry(C, 64, false), entry(FORTH, 64, true))));
  }
}
