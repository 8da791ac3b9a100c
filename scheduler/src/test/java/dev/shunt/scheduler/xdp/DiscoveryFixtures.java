package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.Fixture.fixture;
import static dev.shunt.scheduler.xdp.LinkFixtures.cut;
import static dev.shunt.scheduler.xdp.LinkFixtures.edit;
import static dev.shunt.scheduler.xdp.World.CLIENT6;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static dev.shunt.scheduler.xdp.World.STRANGER;
import static dev.shunt.scheduler.xdp.World.VIP6;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ND_ANNOUNCEMENT;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ND_CONFLICT;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ND_INVALID;
import static dev.shunt.scheduler.xdp.layout.Outcome.DROP_ND_NOT_HOLDER;
import static dev.shunt.scheduler.xdp.layout.Outcome.ND_ANSWER;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_ND;
import static dev.shunt.scheduler.xdp.layout.Outcome.PASS_OTHER_MAC;

import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.MacAddress;
import java.nio.ByteBuffer;
import java.util.List;

/** Neighbour discovery (RFC 4861). */
final class DiscoveryFixtures {

  static final int SOLICITATION = 135;
  static final int ADVERTISEMENT = 136;
  static final int SOLICITED = 0x4000_0000;
  static final int OVERRIDE = 0x2000_0000;
  static final int SOURCE_LINK = 1;
  static final int TARGET_LINK = 2;
  static final int NONCE = 14;

  private static final long MINUTE = 60_000_000_000L;
  static final String ASKER = "fe80::1";
  private static final String UNSPECIFIED = "::";
  private static final String ALL_NODES = "ff02::1";
  private static final String SOLICITED_NODE = "ff02::1:ff03:10";
  private static final MacAddress GROUP = MacAddress.parse("33:33:ff:03:00:10");
  private static final MacAddress ALL_NODES_MAC = MacAddress.parse("33:33:00:00:00:01");
  private static final byte[] FROM_ROUTER = option(SOURCE_LINK, ROUTER);
  static final byte[] ASKED = asked(FROM_ROUTER).bytes();
  static final byte[] ANSWER = answer(ROUTER, ASKER, SOLICITED | OVERRIDE);

  private DiscoveryFixtures() {}

  static List<Fixture> solicitations() {
    return List.of(
        held("who has the IPv6 VIP: the holder does", ASKED, ANSWER),
        held("a solicitation without options is answered", asked().bytes(), ANSWER),
        held(
            "a unicast solicitation for the IPv6 VIP is answered",
            asked(FROM_ROUTER).to(MINE).destination(VIP6, 0).bytes(),
            ANSWER),
        held(
            "a solicitation with more options is answered",
            asked(option(NONCE, MINE), FROM_ROUTER, option(NONCE, MINE)).bytes(),
            ANSWER),
        held("the link's padding is not answered back", asked().trailer(30).bytes(), ANSWER),
        held(
            "a probe for a duplicate is answered to all nodes, so that nobody takes the VIP",
            asked().from(STRANGER).source(UNSPECIFIED, 0).bytes(),
            answer(ALL_NODES_MAC, ALL_NODES, OVERRIDE)),
        held(
            "a probe with a nonce (RFC 7527) is answered",
            asked(option(NONCE, MINE)).from(STRANGER).source(UNSPECIFIED, 0).bytes(),
            answer(ALL_NODES_MAC, ALL_NODES, OVERRIDE)),
        fixture("without a lease the IPv6 VIP is not answered for", ASKED, DROP_ND_NOT_HOLDER),
        fixture("after the lease the IPv6 VIP is not answered for", ASKED, DROP_ND_NOT_HOLDER)
            .given(world -> world.leaseFor(-1)),
        fixture("the IPv6 VIP of a service that ended is nobody's", ASKED, PASS_ND)
            .given(world -> {
              world.leaseFor(MINUTE);
              world.apply(DispatchTable.EMPTY);
            }),
        fixture(
            "a flooded solicitation to another machine is left alone",
            asked(FROM_ROUTER).to(STRANGER).bytes(),
            PASS_OTHER_MAC),
        fixture(
                "a solicitation for another address passes",
                solicitation(CLIENT6, FROM_ROUTER).bytes(),
                PASS_ND)
            .given(world -> world.leaseFor(MINUTE)));
  }

  private static Fixture held(String name, byte[] asked, byte[] answer) {
    return fixture(name, asked, ND_ANSWER).given(world -> world.leaseFor(MINUTE)).becomes(answer);
  }

  static List<Fixture> invalid() {
    byte[] zeroLength = {SOURCE_LINK, 0, 2, 0, 0, 0, 0, 1};
    byte[] beyond = {SOURCE_LINK, 2, 2, 0, 0, 0, 0, 1};
    byte[][] thirteen = new byte[13][];
    java.util.Arrays.fill(thirteen, FROM_ROUTER);
    return List.of(
        refused("IP of version 4", edit(ASKED, 14, 0x40)),
        refused("a hop limit of 254: it came through a router", asked().hopLimit(254).bytes()),
        refused("a wrong ICMPv6 checksum", edit(ASKED, 56, ASKED[56] + 1)),
        refused("a damaged option", edit(ASKED, 85, ASKED[85] + 1)),
        refused(
            "a code other than 0",
            Frame6.icmp(message(SOLICITATION, 1, 0, VIP6))
                .to(GROUP)
                .source(ASKER, 0)
                .destination(SOLICITED_NODE, 0)
                .hopLimit(255)
                .bytes()),
        refused("a solicitation cut short", cut(asked().bytes(), 77)),
        refused("a payload length that cuts it short", asked().lengthError(-8).bytes()),
        refused("half an option", asked().lengthError(4).trailer(4).bytes()),
        refused("an option of no length", asked(zeroLength).bytes()),
        refused("an option longer than the message", asked(beyond).bytes()),
        refused("an option that is not there", asked().lengthError(8).bytes()),
        refused("more options than are looked at", asked(thirteen).bytes()),
        refused(
            "a probe that names a link address", asked(FROM_ROUTER).source(UNSPECIFIED, 0).bytes()),
        refused(
            "a probe that is not to the solicited-node address",
            asked().source(UNSPECIFIED, 0).destination(VIP6, 0).to(MINE).bytes()));
  }

  private static Fixture refused(String name, byte[] frame) {
    return fixture("discovery: " + name, frame, DROP_ND_INVALID)
        .given(world -> world.leaseFor(MINUTE));
  }

  static List<Fixture> advertisements() {
    return List.of(
        fixture(
                "the holder hears another advertise the IPv6 VIP",
                advertisement(VIP6).bytes(),
                DROP_ND_CONFLICT)
            .given(world -> world.leaseFor(MINUTE)),
        fixture(
                "the holder hears another answer for the IPv6 VIP",
                advertisement(VIP6).to(MINE).destination("fe80::a", 0).bytes(),
                DROP_ND_CONFLICT)
            .given(world -> world.leaseFor(MINUTE)),
        fixture(
            "who does not hold the IPv6 VIP lets its holder advertise it",
            advertisement(VIP6).bytes(),
            DROP_ND_ANNOUNCEMENT),
        fixture(
                "an advertisement that names a source link address, which means nothing there",
                Frame6.icmp(message(ADVERTISEMENT, 0, OVERRIDE, VIP6, FROM_ROUTER))
                    .to(ALL_NODES_MAC)
                    .source(UNSPECIFIED, 0)
                    .destination(ALL_NODES, 0)
                    .hopLimit(255)
                    .bytes(),
                DROP_ND_CONFLICT)
            .given(world -> world.leaseFor(MINUTE)),
        fixture(
            "an advertisement to all that says it was asked for",
            Frame6.icmp(message(ADVERTISEMENT, 0, SOLICITED, VIP6))
                .to(ALL_NODES_MAC)
                .source(VIP6, 0)
                .destination(ALL_NODES, 0)
                .hopLimit(255)
                .bytes(),
            DROP_ND_INVALID),
        fixture(
            "an advertisement that came through a router",
            advertisement(VIP6).hopLimit(64).bytes(),
            DROP_ND_INVALID),
        fixture("another address's advertisement passes", advertisement(CLIENT6).bytes(), PASS_ND));
  }

  private static Frame6 advertisement(String target) {
    return Frame6.icmp(message(ADVERTISEMENT, 0, OVERRIDE, target, option(TARGET_LINK, STRANGER)))
        .from(STRANGER)
        .to(ALL_NODES_MAC)
        .source(target, 0)
        .destination(ALL_NODES, 0)
        .hopLimit(255);
  }

  /** The router asks for the VIP. */
  private static Frame6 asked(byte[]... options) {
    return solicitation(VIP6, options);
  }

  private static Frame6 solicitation(String target, byte[]... options) {
    return Frame6.icmp(message(SOLICITATION, 0, 0, target, options))
        .to(GROUP)
        .source(ASKER, 0)
        .destination(SOLICITED_NODE, 0)
        .hopLimit(255);
  }

  static byte[] answer(MacAddress to, String asker, int flags) {
    return answer(to, asker, flags, MINE);
  }

  /**
   * @param at where the VIP is
   */
  static byte[] answer(MacAddress to, String asker, int flags, MacAddress at) {
    return Frame6.icmp(message(ADVERTISEMENT, 0, flags, VIP6, option(TARGET_LINK, at)))
        .from(MINE)
        .to(to)
        .source(VIP6, 0)
        .destination(asker, 0)
        .hopLimit(255)
        .bytes();
  }

  private static byte[] message(int type, int code, int flags, String target, byte[]... options) {
    ByteBuffer message =
        ByteBuffer.allocate(24 + java.util.Arrays.stream(options).mapToInt(o -> o.length).sum());
    message.put((byte) type).put((byte) code).putShort((short) 0).putInt(flags);
    message.put(Frame.address(target));
    for (byte[] option : options) {
      message.put(option);
    }
    return message.array();
  }

  private static byte[] option(int type, MacAddress mac) {
    return ByteBuffer.allocate(8).put((byte) type).put((byte) 1).put(mac.bytes()).array();
  }
}
