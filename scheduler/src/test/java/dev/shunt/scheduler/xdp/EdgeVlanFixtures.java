package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.EdgeFixture.client;
import static dev.shunt.scheduler.xdp.EdgeFixture.server;
import static dev.shunt.scheduler.xdp.EdgeFrames.answer;
import static dev.shunt.scheduler.xdp.EdgeFrames.in;
import static dev.shunt.scheduler.xdp.EdgeFrames.out;
import static dev.shunt.scheduler.xdp.EdgeFrames.popped;
import static dev.shunt.scheduler.xdp.EdgeFrames.pushed;
import static dev.shunt.scheduler.xdp.EdgeFrames.request;
import static dev.shunt.scheduler.xdp.EdgeFrames.withMss;
import static dev.shunt.scheduler.xdp.EdgeWorld.ANSWER;
import static dev.shunt.scheduler.xdp.EdgeWorld.ANSWER6;
import static dev.shunt.scheduler.xdp.EdgeWorld.C2S;
import static dev.shunt.scheduler.xdp.EdgeWorld.MAX_SEGMENT;
import static dev.shunt.scheduler.xdp.EdgeWorld.S2C;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.STRANGER;
import static dev.shunt.scheduler.xdp.World.VIP;
import static dev.shunt.scheduler.xdp.layout.EdgeAside.MSS_LOWERED;
import static dev.shunt.scheduler.xdp.layout.EdgeAside.VIP_MOVED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_TRUNCATED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_KNOWN;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_LEARNED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_OTHER_MAC;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_UNLABELLED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_ASKED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_LABELLED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_OTHER_VLAN;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_TOO_BIG;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_UNLABELLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Frames with VLAN tags that come to an edge or leave it. Tags that the kernel holds apart are not
 * to be had here, but in {@link LabelPathLiveTest}.
 */
final class EdgeVlanFixtures {

  /** VLAN 7, and VLAN 7 within VLAN 100, as {@link Tags} puts them on. */
  private static final int ONE = 7;

  private static final int TWO = (100 << 16) | 7;

  /** TCP payload with which a labelled packet is as long as the link takes. */
  private static final int FULL = EdgeWorld.MTU - 4 - 40;

  private EdgeVlanFixtures() {}

  static List<EdgeFixture> received() {
    return List.of(
        server("one tag stays before a label taken off", one(in(request(ACK), C2S)), IN_LEARNED)
            .becomes(one(popped(request(ACK))))
            .then(world -> assertThat(vlans(world)).containsExactly(7)),
        server("two tags stay before a label taken off", two(in(request(ACK), C2S)), IN_LEARNED)
            .becomes(two(popped(request(ACK))))
            .then(world -> assertThat(vlans(world)).containsExactly(100, 7)),
        server("a tag for its priority alone", priority(in(request(ACK), C2S)), IN_LEARNED)
            .becomes(priority(popped(request(ACK))))
            .then(world -> assertThat(vlans(world)).isEmpty()),
        server(
                "one tag and IPv6",
                one(EdgeFixtures6.in(EdgeFixtures6.request(ACK), C2S)),
                IN_LEARNED)
            .becomes(one(EdgeFixtures6.popped(EdgeFixtures6.request(ACK)))),
        server("the same label by the same VLAN", one(in(request(ACK), C2S)), IN_KNOWN)
            .given(world -> world.learned(ANSWER, S2C, 0, 0, ONE))
            .becomes(one(popped(request(ACK)))),
        server("the same label by another VLAN", two(in(request(ACK), C2S)), IN_LEARNED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0, ONE))
            .becomes(two(popped(request(ACK))))
            .then(world -> assertThat(vlans(world)).containsExactly(100, 7)),
        server(
            "tagged for another machine",
            one(request(ACK).labelled(STRANGER, ROUTER, C2S, 64, true)),
            IN_OTHER_MAC),
        server(
            "a tagged label cut short",
            LinkFixtures.cut(one(in(request(ACK), C2S)), 21),
            IN_DROP_TRUNCATED),
        server("three tags", Tags.on(two(in(request(ACK), C2S)), Tags.SERVICE, 3), IN_UNLABELLED),
        server("a tagged SYN's MSS", one(withMss(popped(request(SYN)), 1460)), IN_UNLABELLED)
            .becomes(one(withMss(popped(request(SYN)), MAX_SEGMENT)))
            .beside(MSS_LOWERED),
        server("a doubly tagged SYN's MSS", two(withMss(popped(request(SYN)), 1456)), IN_UNLABELLED)
            .becomes(two(withMss(popped(request(SYN)), MAX_SEGMENT - 4)))
            .beside(MSS_LOWERED),
        server("the VIP moves in a VLAN", two(announced(STRANGER)), IN_UNLABELLED)
            .given(world -> world.receive(two(announced(ROUTER))))
            .beside(VIP_MOVED));
  }

  static List<EdgeFixture> sent() {
    return Stream.of(labelled(), unlabelled()).flatMap(List::stream).toList();
  }

  private static List<EdgeFixture> labelled() {
    return List.of(
        server("a label goes behind one tag", one(out(answer(ACK))), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0, ONE))
            .becomes(one(pushed(answer(ACK), S2C))),
        server("a label goes behind two tags", two(out(answer(ACK))), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0, TWO))
            .becomes(two(pushed(answer(ACK), S2C))),
        server(
                "a label goes behind one tag, before IPv6",
                one(EdgeFixtures6.out(EdgeFixtures6.answer(ACK))),
                OUT_LABELLED)
            .given(world -> world.learned(ANSWER6, S2C, 0, 0, ONE))
            .becomes(one(EdgeFixtures6.pushed(EdgeFixtures6.answer(ACK), S2C))),
        server("many segments with a tag", one(out(answer(ACK).payload(3000))), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0, ONE))
            .segmentedBy(FULL)
            .becomes(one(pushed(answer(ACK).payload(3000), S2C))),
        server("many segments with two tags", two(out(answer(ACK).payload(3000))), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0, TWO))
            .segmentedBy(FULL - 4)
            .becomes(two(pushed(answer(ACK).payload(3000), S2C))),
        server("the first tag is not counted", one(out(answer(ACK).payload(FULL))), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0, ONE))
            .becomes(one(pushed(answer(ACK).payload(FULL), S2C))),
        server("the second tag is", two(out(answer(ACK).payload(FULL - 4))), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0, TWO))
            .becomes(two(pushed(answer(ACK).payload(FULL - 4), S2C))),
        server("a card took the tag off at ingress", one(out(answer(ACK))), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0))
            .becomes(one(pushed(answer(ACK), S2C))),
        server("a card took the outer tag off", two(out(answer(ACK))), OUT_LABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0, ONE))
            .becomes(two(pushed(answer(ACK), S2C))),
        client("a first packet in a VLAN asks", one(out(request(SYN))), OUT_ASKED)
            .becomes(one(request(SYN).labelled(STRANGER, MINE, 16, 64, true))));
  }

  private static List<EdgeFixture> unlabelled() {
    return List.of(
        server("by another VLAN than the label", one(out(answer(ACK))), OUT_OTHER_VLAN)
            .given(world -> world.learned(ANSWER, S2C, 0, 0, 8)),
        server("by no VLAN, the label by one", out(answer(ACK)), OUT_OTHER_VLAN)
            .given(world -> world.learned(ANSWER, S2C, 0, 0, ONE)),
        server("two tags and a byte too long", two(out(answer(ACK).payload(FULL - 3))), OUT_TOO_BIG)
            .given(world -> world.learned(ANSWER, S2C, 0, 0, TWO)),
        server("out with three tags", three(out(answer(ACK))), OUT_UNLABELLED)
            .given(world -> world.learned(ANSWER, S2C, 0, 0, TWO)));
  }

  private static List<Integer> vlans(EdgeWorld world)
      throws dev.shunt.scheduler.DataPlaneException {
    return Objects.requireNonNull(world.status().labels().getFirst()).vlans();
  }

  private static byte[] announced(dev.shunt.scheduler.MacAddress mac) {
    return EdgeIngressFixtures.announced(mac, VIP);
  }

  private static byte[] one(byte[] frame) {
    return Tags.one(frame);
  }

  private static byte[] two(byte[] frame) {
    return Tags.two(frame);
  }

  private static byte[] three(byte[] frame) {
    return Tags.on(Tags.two(frame), Tags.SERVICE, 3);
  }

  private static byte[] priority(byte[] frame) {
    return Tags.on(frame, Tags.CUSTOMER, 0xa000);
  }
}
