package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.EdgeFixture.client;
import static dev.shunt.scheduler.xdp.EdgeFixture.server;
import static dev.shunt.scheduler.xdp.EdgeWorld.ANSWER6;
import static dev.shunt.scheduler.xdp.EdgeWorld.C2S;
import static dev.shunt.scheduler.xdp.EdgeWorld.CLOSED_BOTH;
import static dev.shunt.scheduler.xdp.EdgeWorld.REQUEST6;
import static dev.shunt.scheduler.xdp.EdgeWorld.S2C;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.RST;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame6.DESTINATION_OPTIONS;
import static dev.shunt.scheduler.xdp.Frame6.FRAGMENT;
import static dev.shunt.scheduler.xdp.Frame6.HOP_BY_HOP;
import static dev.shunt.scheduler.xdp.Frame6.ROUTING;
import static dev.shunt.scheduler.xdp.World.CLIENT6;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.STRANGER;
import static dev.shunt.scheduler.xdp.World.VIP6;
import static dev.shunt.scheduler.xdp.layout.EdgeAside.FORGOTTEN;
import static dev.shunt.scheduler.xdp.layout.EdgeAside.MSS_LOWERED;
import static dev.shunt.scheduler.xdp.layout.EdgeAside.VIP_MOVED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_NOT_VIP;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_DROP_PAYLOAD;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_KNOWN;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_LEARNED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_POPPED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_UNLABELLED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.IN_WITHDRAWN;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_ASKED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_LABELLED;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_STALE;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_TOO_BIG;
import static dev.shunt.scheduler.xdp.layout.EdgeOutcome.OUT_UNLABELLED;

import dev.shunt.scheduler.MacAddress;
import java.util.List;
import java.util.stream.IntStream;

/** IPv6 packets that come to an edge or leave it. */
final class EdgeFixtures6 {

  private static final int TARGET6 = 1027;
  private static final int TTL = 64;
  private static final int ASK = 16;

  /** TCP payload with which a labelled frame is as long as the link takes. */
  private static final int FULL = EdgeWorld.MTU - 4 - 60;

  private static final int MAX_SEGMENT6 = FULL;

  private EdgeFixtures6() {}

  static List<EdgeFixture> received() {
    return List.of(
        server("IPv6: a C2S label gives the S2C label", in(request(ACK), C2S), IN_LEARNED)
            .becomes(popped(request(ACK)))
            .then(world -> world.assertLearned(ANSWER6, S2C, ROUTER)),
        client("IPv6: an S2C label gives the C2S label", in(answer(ACK), S2C), IN_LEARNED)
            .becomes(popped(answer(ACK)))
            .then(world -> world.assertLearned(REQUEST6, C2S, ROUTER)),
        server("IPv6: the label that is known", in(request(ACK), C2S), IN_KNOWN)
            .given(world -> world.learned(ANSWER6, S2C, 9, 0))
            .becomes(popped(request(ACK))),
        server("IPv6: another flow's label is another one", in(request(ACK), C2S), IN_LEARNED)
            .given(world -> world.learned(EdgeWorld.ANSWER, S2C + 2, 0, 0))
            .becomes(popped(request(ACK)))
            .then(world -> world.assertLearned(EdgeWorld.ANSWER, S2C + 2, ROUTER)),
        server("IPv6: RST", in(request(RST), C2S), IN_WITHDRAWN)
            .given(world -> world.learned(ANSWER6, S2C, 0, 0))
            .becomes(popped(request(RST)))
            .beside(FORGOTTEN)
            .then(EdgeWorld::assertNothingLearned),
        server("IPv6: a target's label", in(request(SYN), TARGET6), IN_POPPED)
            .becomes(popped(request(SYN)))
            .then(EdgeWorld::assertNothingLearned),
        server("IPv6: UDP learns too", in(Frame6.udp(), C2S), IN_LEARNED)
            .becomes(popped(Frame6.udp())),
        server(
            "IPv6: another address than the VIPs",
            in(request(ACK).destination("2001:db8::204:0", 80), C2S),
            IN_DROP_NOT_VIP),
        server(
            "IPv6: a header cut short",
            LinkFixtures.cut(in(request(ACK), C2S), 18 + 39),
            IN_DROP_PAYLOAD),
        server("IPv6: without a label", popped(request(ACK)), IN_UNLABELLED));
  }

  /** As the array's program treats them: claim of ip6.h. */
  static List<EdgeFixture> extensions() {
    return List.of(
        learns("hop-by-hop options", request(ACK).extension(HOP_BY_HOP, zeros(7))),
        learns(
            "destination options of three words",
            request(ACK).extension(DESTINATION_OPTIONS, units(2))),
        learns("a routing header at its end", request(ACK).extension(ROUTING, 0, 0, 0, 0, 0, 0, 0)),
        learns(
            "a fragment header of a packet in one piece",
            request(ACK).extension(FRAGMENT, 0, 0, 0, 0, 0, 0, 7)),
        learns("six of them", many(6)),
        takenOff("seven of them", many(7)),
        takenOff("a first fragment", request(ACK).extension(FRAGMENT, 0, 0, 1, 0, 0, 0, 7)),
        takenOff("a later fragment", request(ACK).extension(FRAGMENT, 0, 0, 8, 0, 0, 0, 7)),
        takenOff(
            "a routing header on its way", request(ACK).extension(ROUTING, 0, 0, 1, 0, 0, 0, 0)),
        takenOff(
            "hop-by-hop options behind others",
            request(ACK).extension(DESTINATION_OPTIONS, zeros(7)).extension(HOP_BY_HOP, zeros(7))),
        takenOff(
            "longer ones than are looked behind", request(ACK).extension(HOP_BY_HOP, units(20))),
        takenOff("ICMP", Frame6.icmp(new byte[8])));
  }

  static List<EdgeFixture> sent() {
    return List.of(
        server("IPv6: an answer gets its label", out(answer(ACK)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER6, S2C, 0, 0))
            .becomes(pushed(answer(ACK), S2C)),
        client("IPv6: a request gets its label", out(request(ACK)), OUT_LABELLED)
            .given(world -> world.learned(REQUEST6, C2S, 0, 0))
            .becomes(pushed(request(ACK), C2S)),
        server("IPv6: behind an extension header", out(optioned()), OUT_LABELLED)
            .given(world -> world.learned(ANSWER6, S2C, 0, 0))
            .becomes(pushed(optioned(), S2C)),
        server("IPv6: the label's TTL is the hop limit", out(answer(ACK).hopLimit(7)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER6, S2C, 0, 0))
            .becomes(answer(ACK).hopLimit(7).labelled(ROUTER, MINE, S2C, 7)),
        server("IPv6: as long as the link takes", out(answer(ACK).payload(FULL)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER6, S2C, 0, 0))
            .becomes(pushed(answer(ACK).payload(FULL), S2C)),
        server("IPv6: a byte too long", out(answer(ACK).payload(FULL + 1)), OUT_TOO_BIG)
            .given(world -> world.learned(ANSWER6, S2C, 0, 0)),
        server("IPv6: many segments, each as long", out(answer(ACK).payload(3000)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER6, S2C, 0, 0))
            .segmentedBy(FULL)
            .becomes(pushed(answer(ACK).payload(3000), S2C)),
        server("IPv6: many, each a byte too long", out(answer(ACK).payload(3000)), OUT_TOO_BIG)
            .given(world -> world.learned(ANSWER6, S2C, 0, 0))
            .segmentedBy(FULL + 1),
        server("IPv6: the answer to the last FIN", out(answer(ACK)), OUT_LABELLED)
            .given(world -> world.learned(ANSWER6, S2C, 0, CLOSED_BOTH))
            .becomes(pushed(answer(ACK), S2C))
            .beside(FORGOTTEN)
            .then(EdgeWorld::assertNothingLearned),
        client("IPv6: a first packet asks for a label", out(request(SYN)), OUT_ASKED)
            .becomes(request(SYN).labelled(STRANGER, MINE, ASK, TTL)),
        client(
            "IPv6: a first packet to another address",
            out(request(SYN).destination("2001:db8::204:0", 80)),
            OUT_UNLABELLED),
        server(
                "IPv6: a fragment",
                out(answer(ACK).extension(FRAGMENT, 0, 0, 1, 0, 0, 0, 7)),
                OUT_UNLABELLED)
            .given(world -> world.learned(ANSWER6, S2C, 0, 0)),
        server("IPv6: a stale label", out(answer(ACK)), OUT_STALE)
            .given(world -> world.learned(ANSWER6, S2C, 11, 0)));
  }

  static List<EdgeFixture> segmentSizes() {
    byte[] lowered = withMss(popped(request(SYN)), MAX_SEGMENT6);
    return List.of(
        server("IPv6: a SYN's MSS", withMss(popped(request(SYN)), 1440), IN_UNLABELLED)
            .becomes(lowered)
            .beside(MSS_LOWERED),
        server("IPv6: an MSS that leaves room", lowered, IN_UNLABELLED),
        server("IPv6: a labelled SYN's MSS", withMss(in(request(SYN), TARGET6), 1440), IN_POPPED)
            .becomes(lowered)
            .beside(MSS_LOWERED),
        server("IPv6: a SYN-ACK's MSS", withMss(out(answer(SYN | ACK)), 1440), OUT_UNLABELLED)
            .becomes(withMss(out(answer(SYN | ACK)), MAX_SEGMENT6))
            .beside(MSS_LOWERED));
  }

  static List<EdgeFixture> announcements() {
    return List.of(
        server("the IPv6 VIP moves", announced(STRANGER, VIP6, 255), IN_UNLABELLED)
            .given(world -> world.receive(announced(ROUTER, VIP6, 255)))
            .beside(VIP_MOVED),
        server("the IPv6 VIP's holder again", announced(ROUTER, VIP6, 255), IN_UNLABELLED)
            .given(world -> world.receive(announced(ROUTER, VIP6, 255))),
        server("another IPv6 address moves", announced(STRANGER, CLIENT6, 255), IN_UNLABELLED)
            .given(world -> world.receive(announced(ROUTER, CLIENT6, 255))),
        server(
                "an announcement from beyond the link",
                announced(STRANGER, VIP6, 254),
                IN_UNLABELLED)
            .given(world -> world.receive(announced(ROUTER, VIP6, 255))),
        server("another machine announced the IPv6 VIP", out(answer(ACK)), OUT_STALE)
            .given(world -> {
              world.learned(ANSWER6, S2C, 1, 0);
              world.receive(announced(STRANGER, VIP6, 255));
            }));
  }

  private static byte[] announced(MacAddress from, String address, int hopLimit) {
    byte[] message = new byte[24];
    message[0] = (byte) 136;
    message[4] = 0x20;
    System.arraycopy(Frame.address(address), 0, message, 8, 16);
    return Frame6.icmp(message)
        .from(from)
        .to(MacAddress.parse("33:33:00:00:00:01"))
        .source("fe80::1", 0)
        .destination("ff02::1", 0)
        .hopLimit(hopLimit)
        .bytes();
  }

  private static EdgeFixture learns(String what, Frame6 frame) {
    return server("IPv6: " + what, in(frame, C2S), IN_LEARNED)
        .becomes(popped(frame))
        .then(world -> world.assertLearned(ANSWER6, S2C, ROUTER));
  }

  private static EdgeFixture takenOff(String what, Frame6 frame) {
    return server("IPv6: " + what, in(frame, C2S), IN_POPPED)
        .becomes(popped(frame))
        .then(EdgeWorld::assertNothingLearned);
  }

  private static Frame6 optioned() {
    return answer(ACK).extension(DESTINATION_OPTIONS, zeros(7));
  }

  private static Frame6 many(int count) {
    Frame6 frame = request(ACK);
    for (int i = 0; i < count; i++) {
      frame.extension(DESTINATION_OPTIONS, zeros(7));
    }
    return frame;
  }

  private static int[] zeros(int count) {
    return new int[count];
  }

  /** An extension header without its first byte, of so many words beyond the first. */
  private static int[] units(int more) {
    return IntStream.concat(IntStream.of(more), IntStream.range(0, 6 + more * 8).map(_ -> 0))
        .toArray();
  }

  static Frame6 request(int flags) {
    return Frame6.tcp(flags);
  }

  static Frame6 answer(int flags) {
    return Frame6.tcp(flags).source(VIP6, World.HTTP_PORT).destination(CLIENT6, 40_000);
  }

  static byte[] in(Frame6 frame, int label) {
    return frame.labelled(MINE, ROUTER, label, TTL);
  }

  static byte[] popped(Frame6 frame) {
    return frame.to(MINE).from(ROUTER).bytes();
  }

  static byte[] out(Frame6 frame) {
    return frame.to(STRANGER).from(MINE).bytes();
  }

  static byte[] pushed(Frame6 frame, int label) {
    return frame.labelled(ROUTER, MINE, label, TTL);
  }

  private static byte[] withMss(byte[] frame, int mss) {
    return EdgeFrames.withMss(frame, mss, Frame6.IP_HEADER, 8, 32);
  }
}
