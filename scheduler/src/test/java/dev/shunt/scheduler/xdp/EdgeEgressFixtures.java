package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.EdgeFixture.client;
import static dev.shunt.scheduler.xdp.EdgeFixture.server;
import static dev.shunt.scheduler.xdp.EdgeFrames.answer;
import static dev.shunt.scheduler.xdp.EdgeFrames.out;
import static dev.shunt.scheduler.xdp.EdgeFrames.pushed;
import static dev.shunt.scheduler.xdp.EdgeFrames.request;
import static dev.shunt.scheduler.xdp.EdgeFrames.udpAnswer;
import static dev.shunt.scheduler.xdp.EdgeFrames.withMss;
import static dev.shunt.scheduler.xdp.EdgeIngressFixtures.announced;
import static dev.shunt.scheduler.xdp.EdgeWorld.ANSWER;
import static dev.shunt.scheduler.xdp.EdgeWorld.C2S;
import static dev.shunt.scheduler.xdp.EdgeWorld.CLOSED_BOTH;
import static dev.shunt.scheduler.xdp.EdgeWorld.CLOSED_IN;
import static dev.shunt.scheduler.xdp.EdgeWorld.CLOSED_OUT;
import static dev.shunt.scheduler.xdp.EdgeWorld.MAX_SEGMENT;
import static dev.shunt.scheduler.xdp.EdgeWorld.REQUEST;
import static dev.shunt.scheduler.xdp.EdgeWorld.S2C;
import static dev.shunt.scheduler.xdp.EdgeWorld.dns;
import static dev.shunt.scheduler.xdp.EdgeWorld.reverse;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.FIN;
import static dev.shunt.scheduler.xdp.Frame.PSH;
import static dev.shunt.scheduler.xdp.Frame.RST;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.STRANGER;
import static dev.shunt.scheduler.xdp.World.VIP;
import static dev.shunt.scheduler.xdp.layout.EdgeAside.FORGOTTEN;
import static dev.shunt.scheduler.xdp.layout.EdgeAside.MSS_LOWERED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_ASKED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_LABELLED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_STALE;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_TOO_BIG;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_UNLABELLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;

/** Packets that leave an edge's host. */
final class EdgeEgressFixtures {

  private static final int ASK = 16;

  /** TCP payload with which a labelled frame is as long as the link takes. */
  private static final int FULL = EdgeWorld.MTU - 4 - 40;

  private EdgeEgressFixtures() {}

  static List<EdgeFixture> labelled() {
    return List.of(
        server("an answer gets its label", out(answer(ACK)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .becomes(pushed(answer(ACK), S2C))
            .then(world ->
                assertThat(Objects.requireNonNull(world.label(ANSWER)).sent()).isEqualTo(1)),
        client("a request gets its label", out(request(PSH | ACK)), OUT_LABELLED)
            .given(world -> world.learned(REQUEST, C2S, 0, 0))
            .becomes(pushed(request(PSH | ACK), C2S)),
        server("UDP gets its label", out(udpAnswer()), OUT_LABELLED)
            .given(world -> world.learned(reverse(dns()), S2C, 0, 0))
            .becomes(pushed(udpAnswer(), S2C)),
        server("the label's TTL is the packet's", out(answer(ACK).ttl(7)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .becomes(answer(ACK).ttl(7).labelled(ROUTER, MINE, S2C, 7, true)),
        server("as long as the link takes", out(answer(ACK).payload(FULL)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .becomes(pushed(answer(ACK).payload(FULL), S2C)),
        server("many segments, each as long", out(answer(ACK).payload(3000)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .segmentedBy(FULL)
            .becomes(pushed(answer(ACK).payload(3000), S2C)),
        server("learned just before it is stale", out(answer(ACK)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 7, 0))
            .becomes(pushed(answer(ACK), S2C)),
        server("the VIP is announced by whom it leads to", out(answer(ACK)), OUT_LABELLED)
            .given(world -> {
              world.learned(ANSWER, S2C, 1, 0);
              world.receive(announced(ROUTER, VIP));
            })
            .becomes(pushed(answer(ACK), S2C)),
        server("another machine has the VIP since before", out(answer(ACK)), OUT_LABELLED)
            .given(world -> {
              world.receive(announced(STRANGER, VIP));
              world.learned(ANSWER, S2C, -1, 0);
            })
            .becomes(pushed(answer(ACK), S2C)));
  }

  static List<EdgeFixture> ending() {
    return List.of(
        server("FIN closes one side", out(answer(FIN | ACK)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .becomes(pushed(answer(FIN | ACK), S2C))
            .then(world ->
                assertThat(Objects.requireNonNull(world.label(ANSWER)).closing()).isTrue()),
        server("the second FIN keeps the label", out(answer(FIN | ACK)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, CLOSED_IN))
            .becomes(pushed(answer(FIN | ACK), S2C))
            .then(world -> world.assertLearned(ANSWER, S2C, ROUTER)),
        server("more after the own FIN", out(answer(ACK)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, CLOSED_OUT))
            .becomes(pushed(answer(ACK), S2C))
            .then(world -> world.assertLearned(ANSWER, S2C, ROUTER)),
        server("the answer to the last FIN", out(answer(ACK)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, CLOSED_BOTH))
            .becomes(pushed(answer(ACK), S2C))
            .beside(FORGOTTEN)
            .then(EdgeWorld::assertNothingLearned),
        server("RST is the last with the label", out(answer(RST)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .becomes(pushed(answer(RST), S2C))
            .beside(FORGOTTEN)
            .then(EdgeWorld::assertNothingLearned));
  }

  static List<EdgeFixture> asking() {
    return List.of(
        client("a first packet asks for a label", out(request(SYN)), OUT_ASKED)
            .becomes(asked(request(SYN))),
        client("UDP asks until it has one", out(Frame.udp()), OUT_ASKED)
            .becomes(asked(Frame.udp())),
        client("the same ports anew", out(request(SYN)), OUT_ASKED)
            .given(world -> world.learned(REQUEST, C2S, 0, 0))
            .becomes(asked(request(SYN)))
            .beside(FORGOTTEN)
            .then(EdgeWorld::assertNothingLearned),
        client("UDP whose label is stale asks again", out(Frame.udp()), OUT_ASKED)
            .given(world -> world.learned(dns(), C2S, 11, 0))
            .becomes(asked(Frame.udp())),
        client("a first packet's MSS", withMss(out(request(SYN)), 1460), OUT_ASKED)
            .becomes(withMss(asked(request(SYN)), MAX_SEGMENT))
            .beside(MSS_LOWERED),
        client("a first packet too long", out(Frame.udp().payload(1469)), OUT_TOO_BIG),
        client("a first packet to another address", out(elsewhere(SYN)), OUT_UNLABELLED),
        client("mid-flow without a label", out(request(ACK)), OUT_UNLABELLED),
        client("RST without a label", out(request(SYN | RST)), OUT_UNLABELLED),
        server("a server does not ask", out(answer(SYN)), OUT_UNLABELLED));
  }

  static List<EdgeFixture> unlabelled() {
    return List.of(
        server("no label was learned", out(answer(ACK)), OUT_UNLABELLED),
        server("another flow's label", out(answer(ACK)), OUT_UNLABELLED)
            .given(world -> world.learned(REQUEST, S2C, 0, 0)),
        server("a fragment", out(answer(ACK).fragment(0x2000)), OUT_UNLABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0)),
        server("ICMP", out(Frame.ip(Frame.ICMP)), OUT_UNLABELLED),
        server("ARP", announced(MINE, VIP), OUT_UNLABELLED),
        server("a SYN-ACK's MSS", withMss(out(answer(SYN | ACK)), 1460), OUT_UNLABELLED)
            .becomes(withMss(out(answer(SYN | ACK)), MAX_SEGMENT))
            .beside(MSS_LOWERED),
        server("a stale label", out(answer(ACK)), OUT_STALE)
            .given(world -> world.learned(ANSWER, S2C, 11, 0)),
        server("another machine announced the VIP", out(answer(ACK)), OUT_STALE)
            .given(world -> {
              world.learned(ANSWER, S2C, 1, 0);
              world.receive(announced(STRANGER, VIP));
            }),
        server("a byte too long", out(answer(ACK).payload(FULL + 1)), OUT_TOO_BIG)
            .given(world -> world.learned(ANSWER, S2C, 0, 0)),
        server("many segments, each a byte too long", out(answer(ACK).payload(3000)), OUT_TOO_BIG)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .segmentedBy(FULL + 1));
  }

  /** To where the stack sends it, not to a machine that was learned. */
  private static byte[] asked(Frame frame) {
    return frame.labelled(STRANGER, MINE, ASK, 64, true);
  }

  private static Frame elsewhere(int flags) {
    return request(flags).destination("203.0.113.16", 80);
  }
}
