package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.DiscoveryFixtures.ASKED;
import static dev.shunt.scheduler.xdp.DiscoveryFixtures.ASKER;
import static dev.shunt.scheduler.xdp.DiscoveryFixtures.OVERRIDE;
import static dev.shunt.scheduler.xdp.DiscoveryFixtures.SOLICITED;
import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.Frame.ACK;
import static dev.shunt.scheduler.xdp.Frame.ICMP;
import static dev.shunt.scheduler.xdp.Frame.SYN;
import static dev.shunt.scheduler.xdp.Frame.UDP;
import static dev.shunt.scheduler.xdp.Frame.arp;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.BROADCAST;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.CLIENT;
import static dev.shunt.scheduler.xdp.World.DNS;
import static dev.shunt.scheduler.xdp.World.DNS6;
import static dev.shunt.scheduler.xdp.World.MAC_B;
import static dev.shunt.scheduler.xdp.World.MAC_C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.NOBODY;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.STRANGER;
import static dev.shunt.scheduler.xdp.World.VIP;
import static dev.shunt.scheduler.xdp.World.VIP6;
import static dev.shunt.scheduler.xdp.layout.Outcome.ARP_ANSWER;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ARP_ANNOUNCEMENT;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ARP_CONFLICT;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_FRAGMENT_LATER;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_IP_TTL;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ND_ANNOUNCEMENT;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_NO_SOCKET;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_NO_TARGET;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_OTHERS_SHARE;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_SHARE_LAPSED;
import static dev.shunt.scheduler.xdp.layout.Outcome.FORWARD_SUM;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_ERROR;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_FRAGMENT;
import static dev.shunt.scheduler.xdp.layout.Outcome.LOCAL_SUM;
import static dev.shunt.scheduler.xdp.layout.Outcome.ND_ANSWER;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_OTHER_MAC;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_ICMP;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_PORT;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_VIP_PROTOCOL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.Service;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * VIPs that every member has (claims H34, H44). 198.51.100.7 and 203.0.113.10 are together
 * 6731060497, which by 3 leaves 1; with port 53, or 47, it leaves 0.
 */
final class EveryoneFixtures {

  private static final long MINUTE = 60_000_000_000L;
  private static final int GRE = 47;
  private static final int REPLY = 2;
  private static final int MORE = 0x2000;

  /** A port that nobody listens at. */
  private static final int PORT = 47;

  private static final Service TCP = new Service("every", DNS.vip(), PORT, Protocol.TCP);
  private static final MacAddress GROUP = MacAddress.parse("03:53:cb:00:71:0a");
  private static final MacAddress GROUP6 = MacAddress.parse("03:53:02:03:00:10");
  private static final byte[] ECHO = {8, 0, 0, 0, 0, 1, 0, 1};

  private EveryoneFixtures() {}

  private static DispatchRow row(int... labels) {
    return new DispatchRow(Pick.SUM3, labels);
  }

  private static Fixture.Step rows(DispatchRow row) {
    return world -> world.everyone(Map.of(TCP, row, DNS, row, DNS6, row));
  }

  /** The first of three places is this machine's, and it is present. */
  private static void first(World world) throws dev.shunt.scheduler.DataPlaneException {
    rows(row(A, B, C)).on(world);
    world.shareFor(MINUTE);
  }

  /** The second one is. */
  private static void second(World world) throws dev.shunt.scheduler.DataPlaneException {
    rows(row(B, A, C)).on(world);
    world.shareFor(MINUTE);
  }

  private static void nothingRemembered(World world) throws dev.shunt.scheduler.DataPlaneException {
    assertThat(world.sessions.list()).isEmpty();
    assertThat(world.events).isEmpty();
  }

  private static Frame udp() {
    return Frame.udp().to(GROUP);
  }

  private static Frame tcp(int flags) {
    return Frame.tcp(flags).destination(VIP, PORT).to(GROUP);
  }

  private static Frame echo() {
    return Frame.icmp(ECHO).to(GROUP);
  }

  private static Frame6 udp6() {
    return Frame6.udp().to(GROUP6);
  }

  static List<Fixture> shared() {
    return List.of(
        fixture("everyone: this machine's share goes up", udp().bytes(), LOCAL_SUM)
            .given(EveryoneFixtures::first)
            .becomes(udp().to(MINE).bytes())
            .then(EveryoneFixtures::nothingRemembered),
        fixture("everyone: another's share is dropped", udp().bytes(), DROP_OTHERS_SHARE)
            .given(EveryoneFixtures::second)
            .then(EveryoneFixtures::nothingRemembered),
        fixture(
                "everyone: the next client's is the next one's",
                udp().source("198.51.100.8", 9).bytes(),
                LOCAL_SUM)
            .given(EveryoneFixtures::second)
            .becomes(udp().source("198.51.100.8", 9).to(MINE).bytes()),
        fixture(
                "everyone: a member that is not present takes none",
                udp().bytes(),
                DROP_SHARE_LAPSED)
            .given(rows(row(A, B, C))),
        fixture("everyone: nor one that was", udp().bytes(), DROP_SHARE_LAPSED)
            .given(world -> {
              rows(row(A, B, C)).on(world);
              world.shareFor(-1);
            }),
        fixture("everyone: a SYN for which nobody listens", tcp(SYN).bytes(), DROP_NO_SOCKET)
            .given(EveryoneFixtures::first)
            .then(EveryoneFixtures::nothingRemembered),
        fixture("everyone: another's SYN", tcp(SYN).bytes(), DROP_OTHERS_SHARE)
            .given(EveryoneFixtures::second),
        fixture("everyone: no RST for what another may know", tcp(ACK).bytes(), DROP_NO_SOCKET)
            .given(EveryoneFixtures::first),
        fixture("everyone: another's connection", tcp(ACK).bytes(), DROP_OTHERS_SHARE)
            .given(EveryoneFixtures::second),
        fixture("everyone: a row without targets", udp().bytes(), DROP_NO_TARGET)
            .given(rows(new DispatchRow(Pick.SUM3, new int[0]))),
        fixture("everyone: a damaged packet is dropped by all", udp().ttl(0).bytes(), DROP_IP_TTL)
            .given(EveryoneFixtures::first));
  }

  static List<Fixture> sharedByAddresses() {
    Frame port = Frame.tcp(SYN).destination(VIP, 9).to(GROUP);
    Frame gre = Frame.ip(GRE).raw(new byte[8]).to(GROUP);
    return List.of(
        fixture("everyone: one answers an echo request", echo().bytes(), PASS_VIP_ICMP)
            .given(EveryoneFixtures::second)
            .becomes(echo().to(MINE).bytes()),
        fixture("everyone: the others do not", echo().bytes(), DROP_OTHERS_SHARE)
            .given(EveryoneFixtures::first),
        fixture("everyone: nor one that is not present", echo().bytes(), DROP_SHARE_LAPSED)
            .given(rows(row(B, A, C))),
        fixture("everyone: one answers for a port without service", port.bytes(), PASS_VIP_PORT)
            .given(EveryoneFixtures::second)
            .becomes(Frame.tcp(SYN).destination(VIP, 9).to(MINE).bytes()),
        fixture("everyone: the others leave it to that one", port.bytes(), DROP_OTHERS_SHARE)
            .given(EveryoneFixtures::first),
        fixture("everyone: one answers for another protocol", gre.bytes(), PASS_VIP_PROTOCOL)
            .given(EveryoneFixtures::second)
            .becomes(Frame.ip(GRE).raw(new byte[8]).to(MINE).bytes()),
        fixture("everyone: nobody where there is no target", echo().bytes(), DROP_NO_TARGET)
            .given(rows(new DispatchRow(Pick.SUM3, new int[0]))));
  }

  static List<Fixture> notShared() {
    return List.of(
        fixture("a group address of ours to the scheduler's VIP", udp().bytes(), PASS_OTHER_MAC),
        fixture(
                "a group address of ours to another machine",
                udp().destination(CLIENT, 53).bytes(),
                PASS_OTHER_MAC)
            .given(EveryoneFixtures::first),
        fixture(
                "a label to a group address of ours",
                Frame.udp().labelled(GROUP, ROUTER, A, 64, true),
                PASS_OTHER_MAC)
            .given(EveryoneFixtures::first),
        fixture(
                "everyone: what came to this machine alone is handed on",
                Frame.udp().bytes(),
                FORWARD_SUM)
            .given(EveryoneFixtures::second)
            .becomes(Frame.udp().labelled(MAC_B, B))
            .then(EveryoneFixtures::nothingRemembered),
        fixture(
                "everyone: a SYN likewise, by the row for new flows",
                Frame.tcp(SYN).destination(VIP, PORT).bytes(),
                FORWARD_SUM)
            .given(rows(new DispatchRow(Pick.SUM3, new int[] {B, A, C}, new int[] {C, A, C})))
            .becomes(Frame.tcp(SYN).destination(VIP, PORT).labelled(MAC_C, C))
            .then(EveryoneFixtures::nothingRemembered));
  }

  /** B's place, while others stand in its place for what is new. */
  static List<Fixture> whileAMemberIsDrained() {
    Fixture.Step drained =
        world -> {
          rows(new DispatchRow(Pick.SUM3, new int[] {B, A, C}, new int[] {A, A, C})).on(world);
          world.shareFor(MINUTE);
        };
    Fixture.Step draining =
        world -> {
          rows(new DispatchRow(Pick.SUM3, new int[] {A, B, C}, new int[] {B, B, C})).on(world);
          world.shareFor(MINUTE);
        };
    return List.of(
        fixture("everyone: a new flow is the stand-in's", tcp(SYN).bytes(), DROP_NO_SOCKET)
            .given(drained),
        fixture("everyone: and not the drained one's", tcp(SYN).bytes(), DROP_OTHERS_SHARE)
            .given(draining),
        fixture("everyone: a drained member keeps its datagrams", udp().bytes(), LOCAL_SUM)
            .given(draining)
            .becomes(udp().to(MINE).bytes()),
        fixture("everyone: which the stand-in leaves to it", udp().bytes(), DROP_OTHERS_SHARE)
            .given(drained));
  }

  static List<Fixture> inFragments() {
    byte[] first = udp().fragment(MORE).payload(16).bytes();
    Frame later = Frame.ip(UDP).fragment(MORE | 3).raw(new byte[24]).to(GROUP);
    return List.of(
        fixture("everyone: a first fragment", first, LOCAL_SUM)
            .given(EveryoneFixtures::first)
            .becomes(udp().fragment(MORE).payload(16).to(MINE).bytes()),
        fixture("everyone: a later one follows it", later.bytes(), LOCAL_FRAGMENT)
            .given(world -> {
              first(world);
              world.run(first);
            })
            .becomes(Frame.ip(UDP).fragment(MORE | 3).raw(new byte[24]).to(MINE).bytes()),
        fixture(
                "everyone: a later one of another's datagram",
                Frame.ip(UDP).fragment(MORE | 3).raw(new byte[24]).to(GROUP).bytes(),
                DROP_OTHERS_SHARE)
            .given(world -> {
              second(world);
              world.run(first);
            }),
        fixture(
                "everyone: a later one of no datagram",
                Frame.ip(UDP).fragment(MORE | 3).raw(new byte[24]).to(GROUP).bytes(),
                DROP_FRAGMENT_LATER)
            .given(EveryoneFixtures::first),
        fixture(
                "everyone: a later one of an echo request",
                Frame.ip(ICMP).fragment(MORE | 3).raw(new byte[24]).to(GROUP).bytes(),
                PASS_VIP_ICMP)
            .given(world -> {
              second(world);
              world.run(echo().fragment(MORE).bytes());
            })
            .becomes(Frame.ip(ICMP).fragment(MORE | 3).raw(new byte[24]).to(MINE).bytes()));
  }

  private static Frame errorAbout(Frame sent) {
    byte[] message =
        ByteBuffer.allocate(36)
            .putInt(3 << 24)
            .putInt(1400)
            .put(Arrays.copyOfRange(sent.bytes(), 14, 42))
            .array();
    return Frame.icmp(message).source("192.0.2.254", 0);
  }

  static List<Fixture> errors() {
    Frame sent = Frame.udp().source(VIP, 53).destination(CLIENT, 40_000);
    Frame tcp = Frame.tcp(ACK).source(VIP, PORT).destination(CLIENT, 40_000);
    return List.of(
        fixture(
                "everyone: an error about an own flow",
                errorAbout(sent).to(GROUP).bytes(),
                LOCAL_ERROR)
            .given(EveryoneFixtures::first)
            .becomes(errorAbout(sent).to(MINE).bytes()),
        fixture(
                "everyone: an error about another's flow",
                errorAbout(sent).to(GROUP).bytes(),
                DROP_OTHERS_SHARE)
            .given(EveryoneFixtures::second),
        fixture(
                "everyone: an error about a connection of nobody",
                errorAbout(tcp).to(GROUP).bytes(),
                LOCAL_ERROR)
            .given(EveryoneFixtures::first)
            .becomes(errorAbout(tcp).to(MINE).bytes()));
  }

  /**
   * 2001:db8:51::7 and 2001:db8::203:10 fold to 0x20520dbf and 0x22040dc8: with 53 1112939452,
   * which by 3 leaves 1.
   */
  static List<Fixture> ofIpv6() {
    return List.of(
        fixture("everyone: IPv6, this machine's share", udp6().bytes(), LOCAL_SUM)
            .given(world -> {
              rows(row(C, A, B)).on(world);
              world.shareFor(MINUTE);
            })
            .becomes(udp6().to(MINE).bytes())
            .then(EveryoneFixtures::nothingRemembered),
        fixture("everyone: IPv6, another's share", udp6().bytes(), DROP_OTHERS_SHARE)
            .given(EveryoneFixtures::first));
  }

  static List<Fixture> resolved() {
    String asker = "198.51.100.1";
    return List.of(
        fixture(
                "everyone: who has the VIP, the group has",
                arp(BROADCAST, 1, ROUTER, asker, NOBODY, VIP),
                ARP_ANSWER)
            .given(rows(row(A, B, C)))
            .becomes(arp(ROUTER, MINE, REPLY, GROUP, VIP, ROUTER, asker)),
        fixture(
                "everyone: asked at the group address",
                arp(GROUP, 1, ROUTER, asker, GROUP, VIP),
                ARP_ANSWER)
            .given(rows(row(A, B, C)))
            .becomes(arp(ROUTER, MINE, REPLY, GROUP, VIP, ROUTER, asker)),
        fixture(
                "everyone: another member announces it",
                arp(BROADCAST, STRANGER, 1, GROUP, VIP, NOBODY, VIP),
                DROP_ARP_ANNOUNCEMENT)
            .given(rows(row(A, B, C))),
        fixture(
                "everyone: a machine claims it for itself",
                arp(BROADCAST, 1, STRANGER, VIP, NOBODY, VIP),
                DROP_ARP_CONFLICT)
            .given(rows(row(A, B, C))),
        fixture("everyone: who has the IPv6 VIP, the group has", ASKED, ND_ANSWER)
            .given(rows(row(A, B, C)))
            .becomes(DiscoveryFixtures.answer(ROUTER, ASKER, SOLICITED | OVERRIDE, GROUP6)),
        fixture(
                "everyone: another member advertises it",
                UnsolicitedAdvertisement.frame(STRANGER, GROUP6, World.ip(VIP6)),
                DROP_ND_ANNOUNCEMENT)
            .given(rows(row(A, B, C))));
  }
}
