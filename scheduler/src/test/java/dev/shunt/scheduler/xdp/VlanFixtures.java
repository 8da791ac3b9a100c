package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame.arp;
import static dev.shunt.scheduler.xdp.Frame.tcp;
import static dev.shunt.scheduler.xdp.LinkFixtures.cut;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.BROADCAST;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.HTTP;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.NOBODY;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.STRANGER;
import static dev.shunt.scheduler.xdp.World.VIP;
import static dev.shunt.scheduler.xdp.World.rowOf;
import static dev.shunt.scheduler.xdp.layout.Outcome.ARP_ANSWER;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ARP_CONFLICT;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ARP_NOT_HOLDER;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ARP_TRUNCATED;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_IP_TRUNCATED;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_LABEL_TRUNCATED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_POP;
import static dev.shunt.scheduler.xdp.layout.Outcome.LABEL_SWITCH;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.ND_ANSWER;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_ETHERTYPE;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_NOT_VIP;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_OTHER_MAC;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Frames in one VLAN, and in a VLAN within a VLAN: decided as others are, their tags stay on. */
final class VlanFixtures {

  private static final long MINUTE = 60_000_000_000L;
  private static final String NEIGHBOUR = "198.51.100.1";

  private VlanFixtures() {}

  static List<Fixture> tagged() {
    List<Fixture> fixtures = new ArrayList<>();
    fixtures.addAll(with("one tag", Tags::one));
    fixtures.addAll(with("two tags", Tags::two));
    fixtures.addAll(resolvedWith("one tag", Tags::one));
    fixtures.addAll(resolvedWith("two tags", Tags::two));
    return fixtures;
  }

  private static List<Fixture> with(String tags, UnaryOperator<byte[]> on) {
    return List.of(
        fixture(tags + ": SYN opens a session", on.apply(tcp(SYN).bytes()), FORWARD_NEW)
            .becomes(on.apply(tcp(SYN).labelled(MAC_B, B))),
        fixture(
                tags + ": an IPv6 datagram opens a session",
                on.apply(Frame6.udp().bytes()),
                FORWARD_NEW)
            .becomes(on.apply(Frame6.udp().labelled(MAC_B, B))),
        fixture(tags + ": to this machine's node", on.apply(tcp(SYN).bytes()), LOCAL_NEW)
            .given(world -> world.row(HTTP, rowOf(A))),
        fixture(
            tags + ": to another address",
            on.apply(tcp(SYN).destination("203.0.113.99", 80).bytes()),
            PASS_NOT_VIP),
        fixture(
                tags + ": my label is taken off",
                on.apply(tcp(ACK).labelled(MINE, ROUTER, A, 64, true)),
                LABEL_POP)
            .becomes(on.apply(tcp(ACK).bytes())),
        fixture(
                tags + ": another target's label is switched",
                on.apply(tcp(ACK).labelled(MINE, ROUTER, C, 64, true)),
                LABEL_SWITCH)
            .becomes(on.apply(tcp(ACK).labelled(MAC_C, MINE, C, 63, true))),
        fixture(
            tags + ": another machine's frame",
            on.apply(tcp(SYN).to(STRANGER).bytes()),
            PASS_OTHER_MAC),
        fixture(
            tags + ": an IPv4 header cut short",
            cutAt(on.apply(tcp(SYN).bytes()), on, 33),
            DROP_IP_TRUNCATED),
        fixture(
            tags + ": MPLS cut short",
            cutAt(on.apply(tcp(ACK).labelled(MINE, ROUTER, A, 64, true)), on, 17),
            DROP_LABEL_TRUNCATED));
  }

  private static List<Fixture> resolvedWith(String tags, UnaryOperator<byte[]> on) {
    byte[] asked = on.apply(arp(BROADCAST, 1, ROUTER, NEIGHBOUR, NOBODY, VIP));
    return List.of(
        fixture(tags + ": who has the VIP", asked, ARP_ANSWER)
            .given(world -> world.leaseFor(MINUTE))
            .becomes(on.apply(arp(ROUTER, 2, MINE, VIP, ROUTER, NEIGHBOUR))),
        fixture(tags + ": who has the VIP, without the lease", asked, DROP_ARP_NOT_HOLDER),
        fixture(
                tags + ": another announces the VIP",
                on.apply(arp(BROADCAST, 1, STRANGER, VIP, NOBODY, VIP)),
                DROP_ARP_CONFLICT)
            .given(world -> world.leaseFor(MINUTE)),
        fixture(tags + ": ARP cut short", cutAt(asked, on, 41), DROP_ARP_TRUNCATED),
        fixture(
                tags + ": who has the IPv6 VIP",
                on.apply(DiscoveryFixtures.ASKED.clone()),
                ND_ANSWER)
            .given(world -> world.leaseFor(MINUTE))
            .becomes(on.apply(DiscoveryFixtures.ANSWER.clone())));
  }

  static List<Fixture> odd() {
    byte[] untagged = tcp(SYN).bytes();
    return List.of(
        fixture(
                "a customer's tag within a customer's tag",
                Tags.on(Tags.one(untagged), Tags.CUSTOMER, 3),
                FORWARD_NEW)
            .becomes(Tags.on(Tags.one(tcp(SYN).labelled(MAC_B, B)), Tags.CUSTOMER, 3)),
        fixture("a tag for priority alone", Tags.on(untagged, Tags.CUSTOMER, 0xe000), FORWARD_NEW)
            .becomes(Tags.on(tcp(SYN).labelled(MAC_B, B), Tags.CUSTOMER, 0xe000)),
        fixture(
            "three tags are nothing of ours",
            Tags.on(Tags.two(untagged), Tags.CUSTOMER, 3),
            PASS_ETHERTYPE),
        fixture("a tag cut short", cut(Tags.one(untagged), 17), PASS_ETHERTYPE),
        fixture("a second tag cut short", cut(Tags.two(untagged), 21), PASS_ETHERTYPE));
  }

  /** Cut where an untagged frame would have this length. */
  private static byte[] cutAt(byte[] tagged, UnaryOperator<byte[]> on, int untagged) {
    return cut(tagged, untagged + on.apply(new byte[14]).length - 14);
  }
}
