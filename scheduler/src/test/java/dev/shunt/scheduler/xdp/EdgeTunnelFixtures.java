package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.EdgeFixture.server;
import static dev.shunt.scheduler.xdp.EdgeFrames.answer;
import static dev.shunt.scheduler.xdp.EdgeFrames.in;
import static dev.shunt.scheduler.xdp.EdgeFrames.out;
import static dev.shunt.scheduler.xdp.EdgeFrames.popped;
import static dev.shunt.scheduler.xdp.EdgeFrames.request;
import static dev.shunt.scheduler.xdp.EdgeFrames.withMss;
import static dev.shunt.scheduler.xdp.EdgeWorld.ANSWER;
import static dev.shunt.scheduler.xdp.EdgeWorld.ANSWER6;
import static dev.shunt.scheduler.xdp.EdgeWorld.C2S;
import static dev.shunt.scheduler.xdp.EdgeWorld.CLOSED_BOTH;
import static dev.shunt.scheduler.xdp.EdgeWorld.CLOSED_IN;
import static dev.shunt.scheduler.xdp.EdgeWorld.S2C;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.FIN;
import static dev.shunt.scheduler.xdp.Frame.RST;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Outer.entry;
import static dev.shunt.scheduler.xdp.Outer.valid;
import static dev.shunt.scheduler.xdp.TunnelFixtures.labelled;
import static dev.shunt.scheduler.xdp.TunnelFixtures.over;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.STRANGER;
import static dev.shunt.scheduler.xdp.layout.EdgeAside.FORGOTTEN;
import static dev.shunt.scheduler.xdp.layout.EdgeAside.MSS_LOWERED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_NOT_VIP;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_PAYLOAD;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_SIDE;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_STACK;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_TRUNCATED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_TTL;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_TUNNEL_CHECKSUM;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_TUNNEL_FRAGMENT;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_TUNNEL_HEADER;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_TUNNEL_LABEL;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_TUNNEL_SENDER;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_KNOWN;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_LEARNED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_POPPED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_UNLABELLED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_WITHDRAWN;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_DIRECT;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_UNLABELLED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.xdp.layout.EdgeOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Labels in UDP that come to a server's edge, and what it sends of their flows. */
final class EdgeTunnelFixtures {

  /** This host's target label, with the session's below it or alone. */
  private static final int ABOVE = entry(C, 60, false);

  private static final int ALONE = entry(C, 60, true);
  private static final int SESSION = entry(C2S, 60, true);

  private static final byte[] PACKET = valid(popped(request(ACK)));
  private static final byte[] PACKET6 = valid(EdgeFixtures6.popped(EdgeFixtures6.request(ACK)));

  private EdgeTunnelFixtures() {}

  static List<EdgeFixture> taken() {
    List<EdgeFixture> fixtures = new ArrayList<>();
    for (boolean ipv6 : List.of(false, true)) {
      fixtures.addAll(learned(ipv6));
      fixtures.addAll(poppedOnly(ipv6));
      fixtures.addAll(tagged(ipv6, "one tag", Tags::one));
      fixtures.addAll(tagged(ipv6, "two tags", Tags::two));
    }
    fixtures.add(
        arrives(
                false,
                "a checksum that need not be",
                Outer.over(false).arriving().checksum(0).around(PACKET, ABOVE, SESSION),
                IN_LEARNED)
            .becomes(PACKET));
    return fixtures;
  }

  static List<EdgeFixture> refused() {
    List<EdgeFixture> fixtures = new ArrayList<>();
    for (boolean ipv6 : List.of(false, true)) {
      fixtures.addAll(notOurs(ipv6));
      fixtures.addAll(badLabels(ipv6));
      fixtures.addAll(badBelow(ipv6));
      fixtures.addAll(badHeaders(ipv6));
    }
    fixtures.addAll(badHeadersOfIpv4());
    return fixtures;
  }

  /** A session's packet from the other member. */
  static byte[] arriving(boolean ipv6) {
    return outer(ipv6).around(PACKET, ABOVE, SESSION);
  }

  private static Outer outer(boolean ipv6) {
    return Outer.over(ipv6).arriving();
  }

  private static EdgeFixture arrives(boolean ipv6, String name, byte[] frame, EdgeOutcome outcome) {
    return server(over(ipv6) + name, frame, outcome).behindRouters(ipv6);
  }

  private static EdgeFixture arrives(boolean ipv6, String name, Outer outer, EdgeOutcome outcome) {
    return arrives(ipv6, name, outer.around(PACKET, ABOVE, SESSION), outcome);
  }

  private static List<EdgeFixture> learned(boolean ipv6) {
    byte[] reset = valid(popped(request(RST)));
    return List.of(
        arrives(ipv6, "a session's label is learned", arriving(ipv6), IN_LEARNED)
            .becomes(PACKET)
            .then(EdgeTunnelFixtures::assertDirect),
        arrives(
                ipv6,
                "a session's label of IPv6 is learned",
                outer(ipv6).around(PACKET6, ABOVE, SESSION),
                IN_LEARNED)
            .becomes(PACKET6)
            .then(world -> world.assertLearned(ANSWER6, S2C, ROUTER)),
        arrives(
                ipv6,
                "a packet without a right checksum inside",
                outer(ipv6).around(popped(request(ACK)), ABOVE, SESSION),
                IN_LEARNED)
            .becomes(popped(request(ACK))),
        arrives(ipv6, "the label that is known", arriving(ipv6), IN_KNOWN)
            .given(world -> world.learnedDirect(ANSWER, S2C, 0))
            .becomes(PACKET),
        arrives(ipv6, "the same label by Ethernet before", arriving(ipv6), IN_LEARNED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .becomes(PACKET)
            .then(EdgeTunnelFixtures::assertDirect),
        arrives(ipv6, "the same label by Ethernet now", in(request(ACK), C2S), IN_LEARNED)
            .given(world -> world.learnedDirect(ANSWER, S2C, 0))
            .becomes(popped(request(ACK)))
            .then(world ->
                assertThat(Objects.requireNonNull(world.label(ANSWER)).encap())
                    .isEqualTo(Encap.ETHERNET)),
        arrives(ipv6, "RST withdraws", outer(ipv6).around(reset, ABOVE, SESSION), IN_WITHDRAWN)
            .given(world -> world.learnedDirect(ANSWER, S2C, 0))
            .becomes(reset)
            .beside(FORGOTTEN)
            .then(EdgeWorld::assertNothingLearned));
  }

  private static List<EdgeFixture> poppedOnly(boolean ipv6) {
    byte[] syn = valid(withMss(popped(request(SYN)), 1460));
    byte[] icmp = popped(Frame.ip(Frame.ICMP));
    byte[] later = popped(request(ACK).fragment(100));
    return List.of(
        arrives(
                ipv6,
                "a target's label alone: answers may be as long as ever",
                outer(ipv6).around(syn, ALONE),
                IN_POPPED)
            .becomes(syn)
            .then(EdgeWorld::assertNothingLearned),
        arrives(
                ipv6,
                "a target's label where a session's was",
                outer(ipv6).around(PACKET, ALONE),
                IN_POPPED)
            .given(world -> world.learnedDirect(ANSWER, S2C, 0))
            .becomes(PACKET)
            .beside(FORGOTTEN)
            .then(EdgeWorld::assertNothingLearned),
        arrives(ipv6, "ICMP", outer(ipv6).around(icmp, ALONE), IN_POPPED).becomes(icmp),
        arrives(ipv6, "a later fragment", outer(ipv6).around(later, ABOVE, SESSION), IN_POPPED)
            .becomes(later));
  }

  private static List<EdgeFixture> tagged(boolean ipv6, String tags, UnaryOperator<byte[]> on) {
    return List.of(
        arrives(
                ipv6,
                tags + " stays before a session's packet",
                outer(ipv6).around(on.apply(PACKET), ABOVE, SESSION),
                IN_LEARNED)
            .becomes(on.apply(PACKET)),
        arrives(
                ipv6,
                tags + " stays before a packet of no session",
                outer(ipv6).around(on.apply(PACKET6), ALONE),
                IN_POPPED)
            .becomes(on.apply(PACKET6)));
  }

  private static List<EdgeFixture> notOurs(boolean ipv6) {
    return List.of(
        server(over(ipv6) + "no labels in UDP here", arriving(ipv6), IN_UNLABELLED),
        server(
                over(ipv6) + "labels in UDP over the other IP version",
                arriving(ipv6),
                IN_UNLABELLED)
            .behindRouters(!ipv6),
        arrives(ipv6, "another port", outer(ipv6).port(6636), IN_UNLABELLED),
        arrives(ipv6, "another address", outer(ipv6).destination(C), IN_UNLABELLED),
        arrives(ipv6, "flooded", outer(ipv6).to(A, STRANGER), IN_UNLABELLED),
        arrives(
            ipv6, "cut in its UDP header", Arrays.copyOf(arriving(ipv6), 14 + 27), IN_UNLABELLED),
        arrives(ipv6, "no member's address", outer(ipv6).foreign(), IN_DROP_TUNNEL_SENDER),
        arrives(
            ipv6,
            "this host's address",
            Outer.over(ipv6).to(A, World.MINE),
            IN_DROP_TUNNEL_SENDER));
  }

  private static List<EdgeFixture> badLabels(boolean ipv6) {
    byte[] empty = Arrays.copyOf(PACKET, 14);
    return List.of(
        arrives(ipv6, "a session's label on top", around(ipv6, SESSION), IN_DROP_TUNNEL_LABEL),
        arrives(
            ipv6,
            "the label below targets'",
            around(ipv6, entry(1023, 60, true)),
            IN_DROP_TUNNEL_LABEL),
        arrives(
            ipv6,
            "the label above targets'",
            around(ipv6, entry(8192, 60, true)),
            IN_DROP_TUNNEL_LABEL),
        arrives(ipv6, "two targets' labels", around(ipv6, ABOVE, ALONE), IN_DROP_TUNNEL_LABEL),
        arrives(
            ipv6,
            "a target's label with TTL 0",
            around(ipv6, entry(C, 0, false), SESSION),
            IN_DROP_TTL),
        arrives(ipv6, "no label", outer(ipv6).around(empty), IN_DROP_TRUNCATED),
        arrives(ipv6, "half a stack", outer(ipv6).around(empty, ABOVE), IN_DROP_TRUNCATED));
  }

  /** What is dropped when the outer headers are off: as on Ethernet. */
  private static List<EdgeFixture> badBelow(boolean ipv6) {
    byte[] elsewhere = popped(request(ACK).destination("203.0.113.16", 80));
    byte[] nothing = popped(request(ACK).version(5));
    return List.of(
        arrives(ipv6, "a label back", around(ipv6, ABOVE, entry(S2C, 60, true)), IN_DROP_SIDE)
            .becomes(labelled(PACKET, S2C, 60)),
        arrives(
                ipv6,
                "a session's label with TTL 0",
                around(ipv6, ABOVE, entry(C2S, 0, true)),
                IN_DROP_TTL)
            .becomes(labelled(PACKET, C2S, 0)),
        arrives(
                ipv6,
                "another address than the VIPs",
                outer(ipv6).around(elsewhere, ABOVE, SESSION),
                IN_DROP_NOT_VIP)
            .becomes(labelled(elsewhere, C2S, 60)),
        arrives(
                ipv6,
                "neither IPv4 nor IPv6",
                outer(ipv6).around(nothing, ABOVE, SESSION),
                IN_DROP_PAYLOAD)
            .becomes(labelled(nothing, C2S, 60)),
        arrives(
                ipv6,
                "three labels",
                around(ipv6, ABOVE, entry(C2S, 60, false), SESSION),
                IN_DROP_STACK)
            .becomes(
                LinkFixtures.edit(
                    labelled(labelled(PACKET, C2S, 60), C2S, 60), 14 + 2, (C2S & 0xf) << 4)));
  }

  private static byte[] around(boolean ipv6, int... labels) {
    return outer(ipv6).around(PACKET, labels);
  }

  private static List<EdgeFixture> badHeaders(boolean ipv6) {
    return List.of(
        arrives(ipv6, "longer than its frame", outer(ipv6).lengthError(1), IN_DROP_TUNNEL_HEADER),
        arrives(ipv6, "IP shorter than UDP", outer(ipv6).lengthError(-1), IN_DROP_TUNNEL_HEADER),
        arrives(ipv6, "UDP longer than IP", outer(ipv6).udpLengthError(1), IN_DROP_TUNNEL_HEADER),
        arrives(ipv6, "UDP shorter than IP", outer(ipv6).udpLengthError(-4), IN_DROP_TUNNEL_HEADER),
        arrives(ipv6, "a wrong UDP checksum", outer(ipv6).checksum(1), IN_DROP_TUNNEL_CHECKSUM));
  }

  private static List<EdgeFixture> badHeadersOfIpv4() {
    return List.of(
        arrives(
            false, "a wrong IP checksum", outer(false).ipChecksumError(1), IN_DROP_TUNNEL_HEADER),
        arrives(false, "options", outer(false).options(4), IN_DROP_TUNNEL_HEADER),
        arrives(false, "a first fragment", outer(false).fragment(0x2000), IN_DROP_TUNNEL_FRAGMENT),
        arrives(false, "a later fragment is no tunnel's", outer(false).fragment(4), IN_UNLABELLED),
        arrives(true, "no UDP checksum", outer(true).withoutChecksum(), IN_DROP_TUNNEL_CHECKSUM));
  }

  /** Answers go without labels, and what the client is told leaves room for those on its way. */
  static List<EdgeFixture> sent() {
    byte[] offer = withMss(popped(answer(SYN | ACK)), 1460);
    return List.of(
        server("behind routers: an answer goes directly", out(answer(ACK)), OUT_DIRECT)
            .given(world -> world.learnedDirect(ANSWER, S2C, 0)),
        server(
                "behind routers: an answer as long as the link takes",
                out(answer(ACK).payload(1460)),
                OUT_DIRECT)
            .given(world -> world.learnedDirect(ANSWER, S2C, 0)),
        server("behind routers: FIN closes one side", out(answer(FIN | ACK)), OUT_DIRECT)
            .given(world -> world.learnedDirect(ANSWER, S2C, 0))
            .then(world ->
                assertThat(Objects.requireNonNull(world.label(ANSWER)).closing()).isTrue()),
        server("behind routers: the second FIN", out(answer(FIN | ACK)), OUT_DIRECT)
            .given(world -> world.learnedDirect(ANSWER, S2C, CLOSED_IN))
            .then(EdgeTunnelFixtures::assertDirect),
        server("behind routers: the answer to the last FIN", out(answer(ACK)), OUT_DIRECT)
            .given(world -> world.learnedDirect(ANSWER, S2C, CLOSED_BOTH))
            .beside(FORGOTTEN)
            .then(EdgeWorld::assertNothingLearned),
        server("behind routers: RST", out(answer(RST)), OUT_DIRECT)
            .given(world -> world.learnedDirect(ANSWER, S2C, 0))
            .beside(FORGOTTEN)
            .then(EdgeWorld::assertNothingLearned),
        server("behind IPv4 routers: a SYN-ACK's MSS", offer, OUT_UNLABELLED)
            .behindRouters(false)
            .becomes(withMss(offer, 1500 - 36 - 40))
            .beside(MSS_LOWERED),
        server("behind IPv6 routers: a SYN-ACK's MSS", offer, OUT_UNLABELLED)
            .behindRouters(true)
            .becomes(withMss(offer, 1500 - 56 - 40))
            .beside(MSS_LOWERED));
  }

  private static void assertDirect(EdgeWorld world) throws DataPlaneException {
    world.assertLearned(ANSWER, S2C, ROUTER);
    assertThat(Objects.requireNonNull(world.label(ANSWER)).encap()).isEqualTo(Encap.UDP);
  }
}
