package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.EdgeFixture.client;
import static dev.shunt.scheduler.xdp.EdgeFixture.server;
import static dev.shunt.scheduler.xdp.EdgeFrames.answer;
import static dev.shunt.scheduler.xdp.EdgeFrames.in;
import static dev.shunt.scheduler.xdp.EdgeFrames.popped;
import static dev.shunt.scheduler.xdp.EdgeFrames.request;
import static dev.shunt.scheduler.xdp.EdgeFrames.withMss;
import static dev.shunt.scheduler.xdp.EdgeWorld.ANSWER;
import static dev.shunt.scheduler.xdp.EdgeWorld.C2S;
import static dev.shunt.scheduler.xdp.EdgeWorld.CLOSED_BOTH;
import static dev.shunt.scheduler.xdp.EdgeWorld.CLOSED_IN;
import static dev.shunt.scheduler.xdp.EdgeWorld.MAX_SEGMENT;
import static dev.shunt.scheduler.xdp.EdgeWorld.REQUEST;
import static dev.shunt.scheduler.xdp.EdgeWorld.S2C;
import static dev.shunt.scheduler.xdp.EdgeWorld.dns;
import static dev.shunt.scheduler.xdp.EdgeWorld.reverse;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.FIN;
import static dev.shunt.scheduler.xdp.Frame.RST;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.World.BROADCAST;
import static dev.shunt.scheduler.xdp.World.CLIENT;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.NOBODY;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.STRANGER;
import static dev.shunt.scheduler.xdp.World.VIP;
import static dev.shunt.scheduler.xdp.layout.EdgeAside.FORGOTTEN;
import static dev.shunt.scheduler.xdp.layout.EdgeAside.MSS_LOWERED;
import static dev.shunt.scheduler.xdp.layout.EdgeAside.VIP_MOVED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_NOT_VIP;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_PAYLOAD;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_SIDE;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_STACK;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_TRUNCATED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_TTL;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_KNOWN;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_LEARNED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_OTHER_LABEL;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_OTHER_MAC;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_POPPED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_UNLABELLED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_WITHDRAWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;

/** Frames that come to an edge. */
final class EdgeIngressFixtures {

  private static final int TARGET = 1026;
  private static final int HIGHEST = (1 << 20) - 1;

  private EdgeIngressFixtures() {}

  static List<EdgeFixture> learned() {
    return List.of(
        server("a C2S label gives the S2C label", in(request(ACK), C2S), IN_LEARNED)
            .becomes(popped(request(ACK)))
            .then(world -> world.assertLearned(ANSWER, S2C, ROUTER)),
        client("an S2C label gives the C2S label", in(answer(ACK), S2C), IN_LEARNED)
            .becomes(popped(answer(ACK)))
            .then(world -> world.assertLearned(REQUEST, C2S, ROUTER)),
        server("UDP learns too", in(Frame.udp(), C2S + 10), IN_LEARNED)
            .becomes(popped(Frame.udp()))
            .then(world -> world.assertLearned(reverse(dns()), S2C + 10, ROUTER)),
        server("the highest pair of labels", in(request(ACK), HIGHEST - 2), IN_LEARNED)
            .becomes(popped(request(ACK)))
            .then(world -> world.assertLearned(ANSWER, HIGHEST - 1, ROUTER)),
        server("a label with its last hop is taken off", frame(C2S, 1, true), IN_LEARNED)
            .becomes(popped(request(ACK))),
        server("IP options stand between label and ports", in(options(), C2S), IN_LEARNED)
            .becomes(popped(options()))
            .then(world -> world.assertLearned(ANSWER, S2C, ROUTER)),
        server("the label that is known", in(request(ACK), C2S), IN_KNOWN)
            .given(world -> world.learned(ANSWER, S2C, 9, 0))
            .becomes(popped(request(ACK)))
            .then(world -> {
              var label = Objects.requireNonNull(world.label(ANSWER));
              assertThat(label.received()).isEqualTo(1);
              assertThat(label.idleNanos()).isLessThan(5_000_000_000L);
            }),
        server("the balancer gives another label", in(request(ACK), C2S + 2), IN_LEARNED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .becomes(popped(request(ACK)))
            .then(world -> world.assertLearned(ANSWER, S2C + 2, ROUTER)),
        server(
                "the same label from another machine",
                request(ACK).labelled(MINE, STRANGER, C2S, 64, true),
                IN_LEARNED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .becomes(fromStranger())
            .then(world -> world.assertLearned(ANSWER, S2C, STRANGER)),
        server("a SYN begins anew", in(request(SYN), C2S), IN_LEARNED)
            .given(world -> world.learned(ANSWER, S2C, 0, CLOSED_BOTH))
            .becomes(popped(request(SYN)))
            .then(world ->
                assertThat(Objects.requireNonNull(world.label(ANSWER)).closing()).isFalse()));
  }

  static List<EdgeFixture> withdrawn() {
    return List.of(
        server("RST", in(request(RST), C2S), IN_WITHDRAWN)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .becomes(popped(request(RST)))
            .beside(FORGOTTEN)
            .then(EdgeWorld::assertNothingLearned),
        server("RST of a flow that has no label", in(request(RST), C2S), IN_WITHDRAWN)
            .becomes(popped(request(RST)))
            .then(EdgeWorld::assertNothingLearned),
        server("FIN closes one side", in(request(FIN | ACK), C2S), IN_KNOWN)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .becomes(popped(request(FIN | ACK)))
            .then(world ->
                assertThat(Objects.requireNonNull(world.label(ANSWER)).closing()).isTrue()),
        server("more after the FIN of one side", in(request(ACK), C2S), IN_KNOWN)
            .given(world -> world.learned(ANSWER, S2C, 0, CLOSED_IN))
            .becomes(popped(request(ACK))),
        server("a FIN again when both have closed", in(request(FIN | ACK), C2S), IN_KNOWN)
            .given(world -> world.learned(ANSWER, S2C, 0, CLOSED_BOTH))
            .becomes(popped(request(FIN | ACK))),
        server("the answer to the last FIN", in(request(ACK), C2S), IN_WITHDRAWN)
            .given(world -> world.learned(ANSWER, S2C, 0, CLOSED_BOTH))
            .becomes(popped(request(ACK)))
            .beside(FORGOTTEN)
            .then(EdgeWorld::assertNothingLearned),
        server("a target's label where a session's was", in(request(ACK), TARGET), IN_POPPED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .becomes(popped(request(ACK)))
            .beside(FORGOTTEN)
            .then(EdgeWorld::assertNothingLearned));
  }

  static List<EdgeFixture> poppedOnly() {
    return List.of(
        server("a target's label", in(request(SYN), TARGET), IN_POPPED)
            .becomes(popped(request(SYN)))
            .then(EdgeWorld::assertNothingLearned),
        server("ICMP", in(Frame.ip(Frame.ICMP), C2S), IN_POPPED)
            .becomes(popped(Frame.ip(Frame.ICMP)))
            .then(EdgeWorld::assertNothingLearned),
        server("a first fragment", in(request(ACK).fragment(0x2000), C2S), IN_POPPED)
            .becomes(popped(request(ACK).fragment(0x2000)))
            .then(EdgeWorld::assertNothingLearned),
        server("a later fragment", in(request(ACK).fragment(100), C2S), IN_POPPED)
            .becomes(popped(request(ACK).fragment(100))),
        server("TCP cut short", LinkFixtures.cut(in(request(ACK), C2S), 18 + 39), IN_POPPED)
            .becomes(LinkFixtures.cut(popped(request(ACK)), 14 + 39)),
        server("UDP cut short", LinkFixtures.cut(in(Frame.udp(), C2S), 18 + 27), IN_POPPED)
            .becomes(LinkFixtures.cut(popped(Frame.udp()), 14 + 27)));
  }

  static List<EdgeFixture> dropped() {
    return List.of(
        server("an S2C label comes to a server", in(request(ACK), S2C), IN_DROP_SIDE),
        client("a C2S label comes to a client", in(answer(ACK), C2S), IN_DROP_SIDE),
        server("the highest label has no pair", in(request(ACK), HIGHEST), IN_DROP_SIDE),
        server("another address than the VIPs", in(elsewhere(), C2S), IN_DROP_NOT_VIP),
        client("a flow from no VIP", in(request(ACK), S2C), IN_DROP_NOT_VIP),
        server("more labels below", frame(C2S, 64, false), IN_DROP_STACK),
        server("TTL 0", frame(C2S, 0, true), IN_DROP_TTL),
        server(
            "neither IPv4 nor IPv6 behind the label",
            in(request(ACK).version(5), C2S),
            IN_DROP_PAYLOAD),
        server(
            "an IPv4 header of four words",
            LinkFixtures.edit(in(request(ACK), C2S), 18, 0x44),
            IN_DROP_PAYLOAD),
        server(
            "an IPv4 header cut short",
            LinkFixtures.cut(in(request(ACK), C2S), 18 + 19),
            IN_DROP_PAYLOAD),
        server(
            "a label cut short", LinkFixtures.cut(in(request(ACK), C2S), 17), IN_DROP_TRUNCATED));
  }

  static List<EdgeFixture> notOurs() {
    return List.of(
        server("TCP without a label", popped(request(ACK)), IN_UNLABELLED)
            .then(EdgeWorld::assertNothingLearned),
        server("UDP without a label", popped(Frame.udp()), IN_UNLABELLED),
        server(
            "an Ethernet header alone", LinkFixtures.cut(popped(request(ACK)), 14), IN_UNLABELLED),
        server(
            "another protocol", LinkFixtures.edit(popped(request(ACK)), 12, 0x86), IN_UNLABELLED),
        server("a label that no array gives", frame(1023, 64, true), IN_OTHER_LABEL),
        server("the label that asks for one", frame(16, 64, true), IN_OTHER_LABEL),
        server("a reserved label, more below", frame(0, 64, false), IN_OTHER_LABEL),
        server(
            "a flooded frame for another machine",
            request(ACK).labelled(STRANGER, ROUTER, C2S, 64, true),
            IN_OTHER_MAC));
  }

  static List<EdgeFixture> segmentSizes() {
    byte[] lowered = withMss(popped(request(SYN)), MAX_SEGMENT);
    return List.of(
        server("a SYN's MSS", withMss(popped(request(SYN)), 1460), IN_UNLABELLED)
            .becomes(lowered)
            .beside(MSS_LOWERED),
        server("a labelled SYN's MSS", withMss(in(request(SYN), TARGET), 1460), IN_POPPED)
            .becomes(lowered)
            .beside(MSS_LOWERED),
        server("the largest MSS", withMss(popped(request(SYN)), 65_535), IN_UNLABELLED)
            .becomes(lowered)
            .beside(MSS_LOWERED),
        client("a SYN-ACK's MSS", withMss(popped(answer(SYN | ACK)), 1460), IN_UNLABELLED)
            .becomes(withMss(popped(answer(SYN | ACK)), MAX_SEGMENT))
            .beside(MSS_LOWERED),
        server("an MSS that leaves room", lowered, IN_UNLABELLED),
        server("a smaller MSS", withMss(popped(request(SYN)), 536), IN_UNLABELLED),
        server("an MSS of a flow of no VIP", withMss(popped(elsewhere(SYN)), 1460), IN_UNLABELLED),
        server(
            "bytes like an MSS, but no SYN", withMss(popped(request(ACK)), 1460), IN_UNLABELLED));
  }

  static List<EdgeFixture> announcements() {
    return List.of(
        server("a VIP's first announcement", announced(ROUTER, VIP), IN_UNLABELLED),
        server("the VIP moves", announced(STRANGER, VIP), IN_UNLABELLED)
            .given(world -> world.receive(announced(ROUTER, VIP)))
            .beside(VIP_MOVED),
        server("the holder announces again", announced(ROUTER, VIP), IN_UNLABELLED)
            .given(world -> world.receive(announced(ROUTER, VIP))),
        server("another address moves", announced(STRANGER, CLIENT), IN_UNLABELLED)
            .given(world -> world.receive(announced(ROUTER, CLIENT))),
        server("ARP cut short", LinkFixtures.cut(announced(ROUTER, VIP), 41), IN_UNLABELLED));
  }

  static byte[] announced(dev.shunt.scheduler.MacAddress mac, String address) {
    return Frame.arp(BROADCAST, 1, mac, address, NOBODY, address);
  }

  private static byte[] frame(int label, int ttl, boolean bottom) {
    return request(ACK).labelled(MINE, ROUTER, label, ttl, bottom);
  }

  private static Frame options() {
    return request(ACK).options(8);
  }

  private static Frame elsewhere() {
    return elsewhere(ACK);
  }

  private static Frame elsewhere(int flags) {
    return request(flags).destination("203.0.113.16", 80);
  }

  private static byte[] fromStranger() {
    Frame frame = request(ACK);
    frame.from = STRANGER;
    return frame.bytes();
  }
}
