package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.CookieKey;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Makes IP packets of the world's flows: TCP, UDP, their fragments, ICMP errors about them. */
final class PacketMaker {

  private static final int SYN = 2;
  private static final int ACK = 16;
  private static final int FIN = 1;
  private static final int RST = 4;
  private static final int[] EXTENSIONS = {
    Rules.HOP_BY_HOP, Rules.ROUTING, Rules.DESTINATION_OPTIONS, Rules.DESTINATION_OPTIONS
  };

  private final FuzzWorld world;
  private final Dice dice;
  private final CookieRules cookies;
  private final FrameWriter frame;
  final long[] everyones6 = words(FuzzWorld.EVERYONES[1]);
  private final long[][] vips6 = {words(FuzzWorld.VIPS[2]), words(FuzzWorld.VIPS[3]), everyones6};
  private final long[][] clients6 =
      Arrays.stream(FuzzWorld.CLIENTS6).map(PacketMaker::words).toArray(long[][]::new);
  private Phase phase = Phase.MIXED;
  private int burst;

  /**
   * @param frame what packets are written to
   */
  PacketMaker(FuzzWorld world, Dice dice, CookieRules cookies, FrameWriter frame) {
    this.world = world;
    this.dice = dice;
    this.cookies = cookies;
    this.frame = frame;
  }

  /**
   * The packets to come are of this kind.
   *
   * @param number of the burst
   */
  void begin(Phase kind, int number) {
    phase = kind;
    burst = number;
  }

  /** Few flows come often, so that sessions live. */
  Flow chooseFlow() {
    int size = world.flows.size();
    if (phase == Phase.TRAIN) {
      return world.flows.get(burst % size);
    }
    if (phase == Phase.FLOOD || dice.often(20)) {
      return world.crowd.get(dice.below(world.crowd.size()));
    }
    int index = dice.often(600) ? dice.below(size / 8) * 8 : dice.below(size);
    Flow flow = world.flows.get(index);
    if (dice.often(960)) {
      return flow;
    }
    return new Flow(
        dice.often(800) ? flow.protocol() : Protocol.UDP,
        flow.sourceHigh(),
        flow.sourceLow(),
        dice.often(500) ? flow.sourcePort() : dice.below(65_536),
        flow.destinationHigh(),
        dice.often(700) ? flow.destinationLow() : flow.destinationLow() ^ 4,
        dice.often(500) ? flow.destinationPort() : dice.below(65_536));
  }

  /** Writes a packet of or about a flow. */
  void make(Flow flow) {
    if (flow.isIpv4()) {
      ipv4(flow);
    } else {
      ipv6(flow);
    }
  }

  private void ipv4(Flow flow) {
    int ip = frame.at;
    int options = dice.often(900) ? 0 : dice.below(11);
    int kind = phase == Phase.MIXED ? dice.below(100) : 99;
    int field = phase == Phase.LONG || dice.often(500) ? 0x4000 : 0;
    int id = dice.below(3);
    boolean later = false;
    if (kind < 7) {
      later = dice.often(500);
      field = later ? dice.between(1, 12) | (dice.often(500) ? 0x2000 : 0) : 0x2000;
      field |= dice.often(100) ? 0x4000 : 0;
    }
    int protocol = protocol(flow, kind, Rules.ICMP);
    frame.put16(0x4500 + (options << 8));
    frame.put16(0);
    frame.put16(id);
    frame.put16(field);
    frame.put16((ttl() << 8) | protocol);
    frame.put16(0);
    frame.put32((int) flow.sourceLow());
    frame.put32((int) flow.destinationLow());
    for (int i = 0; i < options; i++) {
      frame.put32(0x0101_0101);
    }
    behind(flow, kind, protocol, later);
    Sums.put16(frame.out, ip + 2, frame.at - ip);
    Sums.put16(frame.out, ip + 10, ~Sums.range(frame.out, ip, 20 + 4 * options, 0));
  }

  private int protocol(Flow flow, int kind, int icmp) {
    if (kind < 7 && dice.often(850)) {
      return flow.protocol().number();
    }
    if (kind < 14) {
      return kind == 13 ? dice.of(Rules.ICMP, Rules.ICMPV6, 47, 132, 50, 59) : icmp;
    }
    return flow.protocol().number();
  }

  private int ttl() {
    return dice.often(950) ? 64 : dice.of(0, 1, 2, 255);
  }

  private void behind(Flow flow, int kind, int protocol, boolean later) {
    if (later) {
      payload(length());
    } else if (protocol == Rules.TCP) {
      tcp(flow);
    } else if (protocol == Rules.UDP) {
      udp(flow);
    } else if (kind < 12 && (protocol == Rules.ICMP || protocol == Rules.ICMPV6)) {
      error(flow, protocol);
    } else {
      frame.put32(dice.of(8, 128, 3, 1, 0) << 24);
      payload(length());
    }
  }

  private void ipv6(Flow flow) {
    int ip = frame.at;
    int kind = phase == Phase.MIXED ? dice.below(100) : 99;
    int protocol = protocol(flow, kind, Rules.ICMPV6);
    frame.put32(6 << 28);
    frame.put16(0);
    int next = frame.at;
    frame.put16(ttl());
    frame.put64(flow.sourceHigh());
    frame.put64(flow.sourceLow());
    frame.put64(flow.destinationHigh());
    frame.put64(flow.destinationLow());
    boolean later = false;
    int extensions = dice.often(920) ? 0 : dice.between(1, 7);
    int fragmentAt = kind < 7 ? dice.below(extensions + 1) : -1;
    for (int i = 0; i <= extensions; i++) {
      if (i == fragmentAt) {
        later = dice.often(450);
        next = fragment(next, later);
      }
      if (i < extensions) {
        int type = i == 0 ? EXTENSIONS[dice.below(4)] : EXTENSIONS[dice.between(1, 3)];
        next = extension(next, dice.often(30) ? Rules.FRAGMENT : type);
      }
    }
    frame.out[next] = (byte) protocol;
    behind(flow, kind, protocol, later);
    Sums.put16(frame.out, ip + 4, frame.at - ip - 40);
  }

  /** Where the type of the next one is written. */
  private int extension(int next, int type) {
    frame.out[next] = (byte) type;
    int begin = frame.at;
    int units = type == Rules.FRAGMENT || dice.often(800) ? 0 : dice.below(3);
    frame.put16(units);
    frame.put16(type == Rules.ROUTING && dice.often(200) ? 1 : 0);
    frame.put32(dice.below(4));
    for (int i = 0; i < units; i++) {
      frame.put64(0);
    }
    return begin;
  }

  private int fragment(int next, boolean later) {
    frame.out[next] = Rules.FRAGMENT;
    int begin = frame.at;
    frame.put16(0);
    int offset = later ? dice.between(1, 12) * 8 : 0;
    // Without either, a packet in one piece (RFC 6946).
    int more = later ? dice.below(2) : dice.of(0, 1, 1, 1);
    frame.put16(offset | more);
    frame.put32(dice.below(3));
    return begin;
  }

  private void tcp(Flow flow) {
    int tcp = frame.at;
    frame.put16(flow.sourcePort());
    frame.put16(flow.destinationPort());
    frame.put64(dice.next());
    int flags = dice.of(SYN, SYN, ACK, ACK, ACK, ACK, ACK | FIN, RST);
    if (phase == Phase.FLOOD) {
      flags = SYN;
    } else if (phase == Phase.TRAIN) {
      flags = ACK;
    } else if (dice.often(50)) {
      flags = dice.below(64);
    }
    frame.put16(flags);
    frame.put16(0xffff);
    frame.put32(0);
    options();
    frame.out[tcp + 12] = (byte) (((frame.at - tcp) / 4) << 4);
    if (flags == ACK && phase == Phase.MIXED && dice.often(200)) {
      bringCookie(flow, tcp);
    }
    payload(length());
  }

  /** Up to ten words: what every sender says, and now and then what none would. */
  private void options() {
    int kind = dice.below(10);
    if (kind < 5) {
      return;
    }
    int from = frame.at;
    if (kind < 8) {
      segmentOption();
      timesOption(dice.often(600));
      if (dice.often(600)) {
        frame.put16(0x0103);
        frame.put16(0x0300 | dice.of(0, 7, 9, 14, 15, 200));
      }
    } else {
      for (int i = dice.below(11); i > 0; i--) {
        frame.put32(dice.of(0x0101_0101, 0x0101_0402, 0x0204_0218, 0x0303_0901, (int) dice.next()));
      }
    }
    if (dice.often(50)) {
      frame.out[dice.between(from, Math.max(from, frame.at - 1))] = (byte) dice.below(12);
    }
  }

  private void segmentOption() {
    frame.put32(
        0x0204_0000 | dice.of(0, 535, 536, 1219, 1220, 1300, 1412, 1440, 1460, 8960, 65_535));
  }

  private void timesOption(boolean there) {
    if (there) {
      frame.put32(dice.often(600) ? 0x0402_080a : 0x0101_080a);
      frame.put64(dice.next());
    } else if (dice.often(500)) {
      frame.put32(0x0101_0402);
    }
  }

  /** The sequence numbers of the answer to a SYN-ACK that this array could have sent. */
  private void bringCookie(Flow flow, int tcp) {
    long minute = cookies.minute() + dice.of(-2, -1, 0, 0, 0, 0, 1, 2);
    CookieKey key = cookies.key(minute);
    if (key == null) {
      key = new CookieKey(0, 0, 0);
    }
    TcpOptions said = new TcpOptions();
    said.read(frame.out, tcp);
    int client = (int) dice.next();
    int segment = dice.below(CookieRules.SEGMENTS.length);
    int bits = said.hasTimes ? said.echo & CookieRules.OPTION_BITS : 0;
    int cookie = cookies.make(flow, key, minute, client, segment, said.hasTimes, bits);
    if (dice.often(50)) {
      cookie ^= 1 << dice.below(32);
    }
    int end = frame.at;
    frame.at = tcp + 4;
    frame.put32(client + 1);
    frame.put32(cookie + 1);
    frame.at = end;
  }

  private void udp(Flow flow) {
    int bytes = length();
    frame.put16(flow.sourcePort());
    frame.put16(flow.destinationPort());
    frame.put16(8 + bytes);
    frame.put16(0);
    payload(bytes);
  }

  /** An ICMP error that quotes a packet of the service to the client. */
  private void error(Flow flow, int protocol) {
    int type =
        protocol == Rules.ICMP ? dice.of(3, 3, 11, 12, 5, 8) : dice.of(1, 2, 2, 3, 4, 128, 0);
    frame.put32((type << 24) | (dice.below(5) << 16));
    frame.put32(dice.below(1500));
    int quoted = frame.at;
    boolean own = dice.often(950);
    int inner = dice.often(950) ? flow.protocol().number() : dice.below(256);
    if (flow.isIpv4()) {
      int options = dice.often(900) ? 0 : dice.below(4);
      frame.put16(0x4500 + (options << 8));
      frame.put16(20 + 4 * options + 20);
      frame.put16(1);
      frame.put16(dice.often(950) ? 0x4000 : dice.below(0x2000));
      frame.put16((63 << 8) | inner);
      frame.put16(0);
      frame.put32((int) flow.destinationLow() + (own ? 0 : 1));
      frame.put32((int) flow.sourceLow());
      for (int i = 0; i < options; i++) {
        frame.put32(0x0101_0101);
      }
    } else {
      frame.put32(6 << 28);
      frame.put16(20);
      int next = frame.at;
      frame.put16(63);
      frame.put64(flow.destinationHigh());
      frame.put64(flow.destinationLow() + (own ? 0 : 1));
      frame.put64(flow.sourceHigh());
      frame.put64(flow.sourceLow());
      int extensions = dice.often(850) ? 0 : dice.between(1, 7);
      for (int i = 0; i < extensions; i++) {
        boolean cut = dice.often(200);
        next = cut ? fragment(next, dice.often(300)) : extension(next, Rules.DESTINATION_OPTIONS);
      }
      frame.out[next] = (byte) inner;
    }
    frame.put16(flow.destinationPort());
    frame.put16(flow.sourcePort());
    frame.put32(1);
    payload(dice.below(40));
    if (dice.often(60)) {
      frame.at = dice.between(quoted, frame.at);
    }
  }

  private int length() {
    if (phase != Phase.MIXED) {
      return phase == Phase.LONG ? world.maxFrame : 4;
    }
    int kind = dice.below(100);
    if (kind < 70) {
      return dice.below(24);
    }
    if (kind < 92) {
      return dice.below(300);
    }
    return Math.max(0, dice.between(world.maxFrame - 140, world.maxFrame + 10));
  }

  /** Of zeros but for its first bytes, which may be taken for something. */
  void payload(int bytes) {
    for (int i = 0; i < bytes; i++) {
      frame.out[frame.at + i] = (byte) (i < 8 ? dice.next() : i);
    }
    frame.at += bytes;
  }

  int word(String address) {
    return ByteBuffer.wrap(FuzzWorld.address(address).getAddress()).getInt();
  }

  /** A VIP, mostly. */
  long[] address6() {
    return dice.often(800) ? vips6[dice.below(vips6.length)] : client6();
  }

  long[] client6() {
    return clients6[dice.below(clients6.length)];
  }

  private static long[] words(String address) {
    ByteBuffer bytes = ByteBuffer.wrap(FuzzWorld.address(address).getAddress());
    return new long[] {bytes.getLong(), bytes.getLong()};
  }
}
