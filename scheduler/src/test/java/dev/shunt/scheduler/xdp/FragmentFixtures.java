package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.ICMP;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame.TCP;
import static dev.shunt.scheduler.xdp.Frame.UDP;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.DNS;
import static dev.shunt.scheduler.xdp.World.DNS6;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.VIP;
import static dev.shunt.scheduler.xdp.World.VIP6;
import static dev.shunt.scheduler.xdp.World.rowOf;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_EXTENSION;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_FRAGMENT_FIRST;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_FRAGMENT_LATER;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_FRAGMENT_OVERLAP;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_NO_TARGET;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_FRAGMENT;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_NEW;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_STATELESS;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_FRAGMENT;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_NOT_VIP;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_ICMP;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_PORT;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_PROTOCOL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.DispatchRow;
import java.util.List;

/** Datagrams in fragments: the first one has the ports, the others go where it went. */
final class FragmentFixtures {

  private static final int MORE = 0x2000;
  private static final byte[] REST = new byte[24];

  private FragmentFixtures() {}

  private static Frame first() {
    return Frame.udp().fragment(MORE).payload(16);
  }

  /** Beginning so many units of eight bytes into its datagram. */
  private static Frame later(int protocol, int units) {
    return Frame.ip(protocol).fragment(MORE | units).raw(REST);
  }

  private static Frame6 first6() {
    return Frame6.udp().extension(Frame6.FRAGMENT, 0, 0, 1, 0, 0, 0, 9).payload(16);
  }

  private static Frame6 later6(int protocol, int offset) {
    return Frame6.ip(protocol).extension(Frame6.FRAGMENT, 0, 0, offset, 0, 0, 0, 9).raw(REST);
  }

  /** The datagram's first fragment went to C; since then the row leads to B. */
  private static Fixture.Step begunAtC(byte[] first) {
    return world -> {
      world.row(DNS, rowOf(C));
      world.row(DNS6, rowOf(C));
      world.run(first);
      world.row(DNS, rowOf(B));
      world.row(DNS6, rowOf(B));
    };
  }

  private static Fixture.Step begun(byte[] first) {
    return world -> world.run(first);
  }

  static List<Fixture> thatFollow() {
    return List.of(
        fixture("the first fragment of a datagram opens a session", first().bytes(), FORWARD_NEW)
            .becomes(first().labelled(MAC_B, B)),
        follows("a fragment in the middle", later(UDP, 3)),
        follows("the last fragment", Frame.ip(UDP).fragment(3).raw(REST)),
        follows("a fragment far behind", later(UDP, 0x1fff)),
        fixture("a fragment for this machine's node", later(UDP, 3).bytes(), LOCAL_FRAGMENT)
            .given(world -> {
              world.row(DNS, rowOf(A));
              world.run(first().bytes());
            }),
        fixture("a fragment for a direct server", later(UDP, 3).bytes(), FORWARD_FRAGMENT)
            .given(world -> {
              world.plain(B);
              world.run(first().bytes());
            })
            .becomes(later(UDP, 3).to(MAC_B).from(MINE).bytes()),
        fixture(
                "a fragment follows a first one that a CPU whose clock is ahead has seen",
                later(UDP, 3).bytes(),
                FORWARD_FRAGMENT)
            .given(world -> {
              begunAtC(first().bytes()).on(world);
              LaterClock.datagrams(world);
            })
            .becomes(later(UDP, 3).labelled(MAC_C, C)),
        fixture("a tagged fragment", Tags.one(later(UDP, 3).bytes()), FORWARD_FRAGMENT)
            .given(begunAtC(Tags.one(first().bytes())))
            .becomes(Tags.one(later(UDP, 3).labelled(MAC_C, C))),
        fixture("a fragment is no packet of its session", later(UDP, 3).bytes(), FORWARD_FRAGMENT)
            .given(begun(first().bytes()))
            .becomes(later(UDP, 3).labelled(MAC_B, B))
            .then(world -> assertThat(world.onlySession().packets()).isEqualTo(1)),
        fixture("a first fragment of TCP", segment().bytes(), FORWARD_STATELESS)
            .becomes(segment().labelled(MAC_B, B)),
        fixture(
                "a fragment of TCP that begins behind its header",
                later(TCP, 5).bytes(),
                FORWARD_FRAGMENT)
            .given(begun(segment().bytes()))
            .becomes(later(TCP, 5).labelled(MAC_B, B)),
        fixture("an identification that is used again", later(UDP, 3).bytes(), FORWARD_FRAGMENT)
            .given(world -> {
              begunAtC(first().sourcePort(1).bytes()).on(world);
              world.run(first().sourcePort(2).bytes());
            })
            .becomes(later(UDP, 3).labelled(MAC_B, B)));
  }

  private static Fixture follows(String name, Frame later) {
    return fixture(name + " follows the first", later.bytes(), FORWARD_FRAGMENT)
        .given(begunAtC(first().bytes()))
        .becomes(later.labelled(MAC_C, C));
  }

  /** With a header of forty bytes. */
  private static Frame segment() {
    return Frame.tcp(ACK).fragment(MORE).dataOffset(10).payload(20);
  }

  static List<Fixture> thatPass() {
    Frame echo = Frame.icmp(new byte[] {8, 0, 0, 0, 0, 1, 0, 1}).fragment(MORE);
    return List.of(
        fixture("the first fragment of an echo request", echo.bytes(), PASS_VIP_ICMP),
        fixture("a later fragment of an echo request", later(ICMP, 1).bytes(), PASS_VIP_ICMP)
            .given(begun(echo.bytes())),
        fixture(
            "the first fragment of an ICMP error",
            Frame.icmp(new byte[] {3, 0, 0, 0, 0, 0, 0, 0}).fragment(MORE).bytes(),
            PASS_VIP_ICMP),
        fixture("a later fragment for a port without service", later(UDP, 3).bytes(), PASS_VIP_PORT)
            .given(begun(first().destination(VIP, 54).bytes())),
        fixture("a later fragment of GRE", later(47, 3).bytes(), PASS_VIP_PROTOCOL)
            .given(begun(Frame.ip(47).fragment(MORE).bytes())),
        fixture(
            "a later fragment to another address",
            later(UDP, 3).destination("203.0.113.99", 0).bytes(),
            PASS_NOT_VIP));
  }

  static List<Fixture> dropped() {
    return List.of(
        fixture("a later fragment before the first", later(UDP, 3).bytes(), DROP_FRAGMENT_LATER),
        fixture("a later fragment of ICMP alone", later(ICMP, 1).bytes(), DROP_FRAGMENT_LATER),
        lost("another datagram", later(UDP, 3).identification(0x1235)),
        lost("another client's datagram", later(UDP, 3).source("198.51.100.8", 0)),
        lost("another protocol", later(TCP, 5)),
        fixture("a later fragment without targets", later(UDP, 3).bytes(), DROP_NO_TARGET)
            .given(world -> {
              world.row(DNS, DispatchRow.EMPTY);
              world.run(first().bytes());
            }),
        tiny("the ports of TCP alone", Frame.tcp(SYN).raw(new byte[8])),
        tiny("TCP without its flags' end", Frame.tcp(SYN).raw(new byte[16])),
        tiny("TCP without its options", Frame.tcp(SYN).dataOffset(10).payload(12)),
        tiny("half a UDP header", Frame.udp().raw(new byte[4])),
        fixture("what follows a tiny first fragment", later(TCP, 1).bytes(), DROP_FRAGMENT_LATER)
            .given(begun(Frame.tcp(SYN).raw(new byte[8]).fragment(MORE).bytes())),
        overlaps("the flags of TCP", later(TCP, 1)),
        overlaps("the end of TCP's header", later(TCP, 2)),
        overlaps("the options of TCP", later(TCP, 4)));
  }

  private static Fixture lost(String name, Frame later) {
    return fixture("a later fragment of " + name, later.bytes(), DROP_FRAGMENT_LATER)
        .given(begun(first().bytes()));
  }

  private static Fixture tiny(String name, Frame first) {
    return fixture(
        "a first fragment with " + name, first.fragment(MORE).bytes(), DROP_FRAGMENT_FIRST);
  }

  private static Fixture overlaps(String name, Frame later) {
    return fixture("a fragment over " + name, later.bytes(), DROP_FRAGMENT_OVERLAP)
        .given(begun(segment().bytes()));
  }

  static List<Fixture> ofIpv6() {
    Frame6 echo =
        Frame6.icmp(new byte[] {(byte) 128, 0, 0, 0, 0, 1, 0, 1})
            .extension(Frame6.FRAGMENT, 0, 0, 1, 0, 0, 0, 9);
    return List.of(
        fixture("IPv6: the first fragment opens a session", first6().bytes(), FORWARD_NEW)
            .becomes(first6().labelled(MAC_B, B)),
        follows6("a fragment in the middle", later6(UDP, 25)),
        follows6("the last fragment", later6(UDP, 24)),
        follows6("a fragment that names another protocol", later6(TCP, 24)),
        fixture("IPv6: a fragment for this machine's node", later6(UDP, 24).bytes(), LOCAL_FRAGMENT)
            .given(world -> {
              world.row(DNS6, rowOf(A));
              world.run(first6().bytes());
            }),
        fixture("IPv6: a tagged fragment", Tags.two(later6(UDP, 24).bytes()), FORWARD_FRAGMENT)
            .given(begunAtC(first6().bytes()))
            .becomes(Tags.two(later6(UDP, 24).labelled(MAC_C, C))),
        fixture("IPv6: a fragment behind options", later6(UDP, 16).bytes(), FORWARD_FRAGMENT)
            .given(begunAtC(withOptions().bytes()))
            .becomes(later6(UDP, 16).labelled(MAC_C, C)),
        fixture("IPv6: the first fragment of an echo request", echo.bytes(), PASS_VIP_ICMP),
        fixture(
                "IPv6: a later fragment of an echo request",
                later6(Frame6.ICMPV6, 8).raw(new byte[0]).bytes(),
                PASS_VIP_ICMP)
            .given(begun(echo.bytes())));
  }

  private static Frame6 withOptions() {
    return first6().extension(Frame6.DESTINATION_OPTIONS, 0, 1, 4, 0, 0, 0, 0);
  }

  private static Fixture follows6(String name, Frame6 later) {
    return fixture("IPv6: " + name + " follows the first", later.bytes(), FORWARD_FRAGMENT)
        .given(begunAtC(first6().bytes()))
        .becomes(later.labelled(MAC_C, C));
  }

  static List<Fixture> droppedOfIpv6() {
    Frame6 other = Frame6.ip(UDP).extension(Frame6.FRAGMENT, 0, 0, 24, 0, 0, 1, 9).raw(REST);
    return List.of(
        fixture(
            "IPv6: a later fragment before the first",
            later6(UDP, 24).bytes(),
            DROP_FRAGMENT_LATER),
        fixture("IPv6: a fragment of another datagram", other.bytes(), DROP_FRAGMENT_LATER)
            .given(begun(first6().bytes())),
        fixture(
                "IPv6: a fragment from another client",
                later6(UDP, 24).source("2001:db8::8", 0).bytes(),
                DROP_FRAGMENT_LATER)
            .given(begun(first6().bytes())),
        fixture(
            "IPv6: a first fragment too short for its header",
            Frame6.tcp(SYN)
                .extension(Frame6.FRAGMENT, 0, 0, 1, 0, 0, 0, 9)
                .raw(new byte[16])
                .bytes(),
            DROP_FRAGMENT_FIRST),
        fixture(
                "IPv6: a fragment over the header behind options",
                later6(UDP, 8).bytes(),
                DROP_FRAGMENT_OVERLAP)
            .given(begun(withOptions().bytes())),
        fixture(
            "IPv6: a fragment of a fragment",
            first6().extension(Frame6.FRAGMENT, 0, 0, 25, 0, 0, 0, 9).bytes(),
            DROP_EXTENSION),
        fixture(
            "IPv6: a later fragment to another address",
            later6(UDP, 24).destination(VIP6 + "1", 0).bytes(),
            PASS_NOT_VIP));
  }
}
