package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.arp;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.BROADCAST;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.CLIENT;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.NOBODY;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.STRANGER;
import static dev.shunt.scheduler.xdp.World.VIP;
import static dev.shunt.scheduler.xdp.layout.Outcome.ARP_ANSWER;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ARP_ANNOUNCEMENT;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ARP_CONFLICT;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ARP_NOT_HOLDER;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ARP_TRUNCATED;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_STACK;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_TRUNCATED;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_TTL;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_UNKNOWN;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_POP;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_SWITCH;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_ARP;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_ETHERTYPE;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_OTHER_MAC;

import dev.shunt.scheduler.DispatchTable;
import java.util.Arrays;
import java.util.List;

/** Packets that are dealt with below IP: labels, ARP, other protocols, other machines' frames. */
final class LinkFixtures {

  private static final int REQUEST = 1;
  private static final int REPLY = 2;
  private static final long MINUTE = 60_000_000_000L;
  private static final String NEIGHBOUR = "198.51.100.1";
  private static final byte[] ASKED = arp(BROADCAST, REQUEST, ROUTER, NEIGHBOUR, NOBODY, VIP);

  private LinkFixtures() {}

  static List<Fixture> others() {
    return List.of(
        fixture("another protocol passes", ethertype(0x88b5), PASS_ETHERTYPE),
        fixture("multicast MPLS passes", ethertype(0x8848), PASS_ETHERTYPE),
        fixture("an Ethernet header alone passes", cut(ethertype(0x88b5), 14), PASS_ETHERTYPE),
        fixture(
            "a flooded frame for another machine is not balanced",
            Frame.tcp(Frame.SYN).to(STRANGER).bytes(),
            PASS_OTHER_MAC),
        fixture(
            "a flooded labelled frame is not switched",
            Frame.tcp(Frame.SYN).labelled(STRANGER, ROUTER, B, 64, true),
            PASS_OTHER_MAC),
        fixture(
            "TCP to a broadcast address of the link is not balanced",
            Frame.tcp(Frame.SYN).to(BROADCAST).bytes(),
            PASS_OTHER_MAC),
        fixture(
            "a flooded ARP request for another machine is left alone",
            arp(STRANGER, REQUEST, ROUTER, NEIGHBOUR, NOBODY, VIP),
            PASS_OTHER_MAC));
  }

  static List<Fixture> labels() {
    return List.of(
        fixture(
                "my label is taken off",
                Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, A, 64, true),
                LABEL_POP)
            .becomes(Frame.tcp(Frame.ACK).bytes()),
        fixture(
                "my label is taken off at its last hop",
                Frame.udp().labelled(MINE, ROUTER, A, 1, true),
                LABEL_POP)
            .becomes(Frame.udp().bytes()),
        fixture(
                "my odd label gives an IPv6 frame",
                Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, A + 1, 64, true),
                LABEL_POP)
            .becomes(withEthertype(Frame.tcp(Frame.ACK).bytes(), 0x86dd)),
        fixture(
                "the padding of a short frame stays behind the packet",
                Frame.tcp(Frame.ACK).payload(0).trailer(6).labelled(MINE, ROUTER, A, 9, true),
                LABEL_POP)
            .becomes(Frame.tcp(Frame.ACK).payload(0).trailer(6).bytes()),
        fixture(
                "a label without payload is taken off all the same",
                cut(Frame.udp().labelled(MINE, ROUTER, A, 5, true), 18),
                LABEL_POP)
            .becomes(cut(withEthertype(Frame.udp().bytes(), 0x0800), 14)),
        fixture(
                "another target's label is switched to it with one hop less",
                Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, C, 64, true),
                LABEL_SWITCH)
            .becomes(Frame.tcp(Frame.ACK).labelled(MAC_C, MINE, C, 63, true)),
        fixture(
                "another target's IPv6 label is switched to it",
                Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, B + 1, 2, true),
                LABEL_SWITCH)
            .becomes(Frame.tcp(Frame.ACK).labelled(MAC_B, MINE, B + 1, 1, true)));
  }

  static List<Fixture> droppedLabels() {
    return List.of(
        fixture(
            "a label that would be switched with no hop left is dropped",
            Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, C, 1, true),
            DROP_LABEL_TTL),
        fixture(
            "my label with TTL 0 is dropped",
            Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, A, 0, true),
            DROP_LABEL_TTL),
        fixture(
            "another's label with TTL 0 is dropped",
            Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, B, 0, true),
            DROP_LABEL_TTL),
        fixture(
            "my label above another one is dropped",
            Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, A, 64, false),
            DROP_LABEL_STACK),
        fixture(
            "another's label above another one is dropped",
            Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, B, 64, false),
            DROP_LABEL_STACK),
        fixture(
            "a target label that nobody has is dropped",
            Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, C + 2, 64, true),
            DROP_LABEL_UNKNOWN),
        fixture(
            "a reserved label is dropped",
            Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, 0, 64, true),
            DROP_LABEL_UNKNOWN),
        fixture(
            "a label beyond the table is dropped",
            Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, (1 << 20) - 1, 64, true),
            DROP_LABEL_UNKNOWN),
        fixture(
                "the label of a target that was removed is dropped",
                Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, B, 64, true),
                DROP_LABEL_UNKNOWN)
            .given(world -> world.apply(DispatchTable.EMPTY)),
        fixture(
            "MPLS cut short is dropped",
            cut(Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, A, 64, true), 17),
            DROP_LABEL_TRUNCATED));
  }

  static List<Fixture> arpsForTheVip() {
    return List.of(
        fixture("who has the VIP: the holder does", ASKED, ARP_ANSWER)
            .given(world -> world.leaseFor(MINUTE))
            .becomes(arp(ROUTER, REPLY, MINE, VIP, ROUTER, NEIGHBOUR)),
        fixture(
                "a unicast request for the VIP is answered too",
                arp(MINE, REQUEST, ROUTER, NEIGHBOUR, MINE, VIP),
                ARP_ANSWER)
            .given(world -> world.leaseFor(MINUTE))
            .becomes(arp(ROUTER, REPLY, MINE, VIP, ROUTER, NEIGHBOUR)),
        fixture(
                "an address probe for the VIP is answered, so that nobody takes it",
                arp(BROADCAST, REQUEST, STRANGER, "0.0.0.0", NOBODY, VIP),
                ARP_ANSWER)
            .given(world -> world.leaseFor(MINUTE))
            .becomes(arp(STRANGER, REPLY, MINE, VIP, STRANGER, "0.0.0.0")),
        fixture("without a lease the VIP is not answered for", ASKED, DROP_ARP_NOT_HOLDER),
        fixture("after the lease the VIP is not answered for", ASKED, DROP_ARP_NOT_HOLDER)
            .given(world -> world.leaseFor(-1)),
        fixture("a lease given back ends at once", ASKED, DROP_ARP_NOT_HOLDER)
            .given(world -> {
              world.leaseFor(MINUTE);
              world.kernel.lease(0, 0);
            }),
        fixture("the VIP of a service that ended is nobody's", ASKED, PASS_ARP)
            .given(world -> {
              world.leaseFor(MINUTE);
              world.apply(DispatchTable.EMPTY);
            }),
        fixture(
                "the holder hears another announce the VIP",
                arp(BROADCAST, REQUEST, STRANGER, VIP, NOBODY, VIP),
                DROP_ARP_CONFLICT)
            .given(world -> world.leaseFor(MINUTE)),
        fixture(
                "the holder hears another answer for the VIP",
                arp(BROADCAST, REPLY, STRANGER, VIP, STRANGER, VIP),
                DROP_ARP_CONFLICT)
            .given(world -> world.leaseFor(MINUTE)),
        fixture(
            "who does not hold the VIP lets its holder announce it",
            arp(BROADCAST, REQUEST, STRANGER, VIP, NOBODY, VIP),
            DROP_ARP_ANNOUNCEMENT));
  }

  static List<Fixture> otherArps() {
    return List.of(
        fixture(
                "a request for another address passes",
                arp(BROADCAST, REQUEST, ROUTER, NEIGHBOUR, NOBODY, CLIENT),
                PASS_ARP)
            .given(world -> world.leaseFor(MINUTE)),
        fixture(
            "a reply about another address passes",
            arp(MINE, REPLY, ROUTER, NEIGHBOUR, MINE, CLIENT),
            PASS_ARP),
        fixture(
            "another address's announcement passes",
            arp(BROADCAST, REQUEST, ROUTER, NEIGHBOUR, NOBODY, NEIGHBOUR),
            PASS_ARP),
        fixture("ARP cut short is dropped", cut(ASKED, 41), DROP_ARP_TRUNCATED),
        fixture("ARP of other hardware passes", edit(ASKED, 15, 6), PASS_ARP),
        fixture("ARP of another protocol passes", edit(ASKED, 17, 1), PASS_ARP),
        fixture("ARP with odd address lengths passes", edit(ASKED, 18, 8), PASS_ARP),
        fixture("RARP's operation passes", edit(ASKED, 21, 3), PASS_ARP));
  }

  private static byte[] ethertype(int type) {
    return withEthertype(Frame.tcp(Frame.SYN).bytes(), type);
  }

  private static byte[] withEthertype(byte[] frame, int type) {
    return edit(edit(frame, 12, type >> 8), 13, type);
  }

  static byte[] edit(byte[] frame, int at, int value) {
    byte[] edited = frame.clone();
    edited[at] = (byte) value;
    return edited;
  }

  static byte[] cut(byte[] frame, int length) {
    return Arrays.copyOf(frame, length);
  }
}
