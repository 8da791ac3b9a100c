package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
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
  private final long[][] vips6 = {words(FuzzWorld.VIPS[2]), words(FuzzWorld.VIPS[3])};
  private final long[][] clients6 =
      Arrays.stream(FuzzWorld.CLIENTS6).map(PacketMaker::words).toArray(long[][]::new);
  private Phase phase = Phase.MIXED;
  private int burst;
  private byte[] out = {};
  private int at;

  PacketMaker(FuzzWorld world, Dice dice) {
    this.world = world;
    this.dice = dice;
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

  /** Writes a packet of or about a flow; where it ends. */
  int make(byte[] buffer, int from, Flow flow) {
    out = buffer;
    at = from;
    if (flow.isIpv4()) {
      ipv4(flow);
    } else {
      ipv6(flow);
    }
    return at;
  }

  private void ipv4(Flow flow) {
    int ip = at;
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
    put16(0x4500 + (options << 8));
    put16(0);
    put16(id);
    put16(field);
    put16((ttl() << 8) | protocol);
    put16(0);
    put32((int) flow.sourceLow());
    put32((int) flow.destinationLow());
    for (int i = 0; i < options; i++) {
      put32(0x0101_0101);
    }
    behind(flow, kind, protocol, later);
    Sums.put16(out, ip + 2, at - ip);
    Sums.put16(out, ip + 10, ~Sums.range(out, ip, 20 + 4 * options, 0));
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
      at = payload(out, at, length());
    } else if (protocol == Rules.TCP) {
      tcp(flow);
    } else if (protocol == Rules.UDP) {
      udp(flow);
    } else if (kind < 12 && (protocol == Rules.ICMP || protocol == Rules.ICMPV6)) {
      error(flow, protocol);
    } else {
      put32(dice.of(8, 128, 3, 1, 0) << 24);
      at = payload(out, at, length());
    }
  }

  private void ipv6(Flow flow) {
    int ip = at;
    int kind = phase == Phase.MIXED ? dice.below(100) : 99;
    int protocol = protocol(flow, kind, Rules.ICMPV6);
    put32(6 << 28);
    put16(0);
    int next = at;
    put16(ttl());
    put64(flow.sourceHigh());
    put64(flow.sourceLow());
    put64(flow.destinationHigh());
    put64(flow.destinationLow());
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
    out[next] = (byte) protocol;
    behind(flow, kind, protocol, later);
    Sums.put16(out, ip + 4, at - ip - 40);
  }

  /** Where the type of the next one is written. */
  private int extension(int next, int type) {
    out[next] = (byte) type;
    int begin = at;
    int units = type == Rules.FRAGMENT || dice.often(800) ? 0 : dice.below(3);
    put16(units);
    put16(type == Rules.ROUTING && dice.often(200) ? 1 : 0);
    put32(dice.below(4));
    for (int i = 0; i < units; i++) {
      put64(0);
    }
    return begin;
  }

  private int fragment(int next, boolean later) {
    out[next] = Rules.FRAGMENT;
    int begin = at;
    put16(0);
    int offset = later ? dice.between(1, 12) * 8 : 0;
    // Without either, a packet in one piece (RFC 6946).
    int more = later ? dice.below(2) : dice.of(0, 1, 1, 1);
    put16(offset | more);
    put32(dice.below(3));
    return begin;
  }

  private void tcp(Flow flow) {
    put16(flow.sourcePort());
    put16(flow.destinationPort());
    put64(dice.next());
    int options = dice.often(800) ? 0 : dice.below(11);
    int flags = dice.of(SYN, SYN, ACK, ACK, ACK, ACK, ACK | FIN, RST);
    if (phase == Phase.FLOOD) {
      flags = SYN;
    } else if (phase == Phase.TRAIN) {
      flags = ACK;
    } else if (dice.often(50)) {
      flags = dice.below(64);
    }
    put16(((5 + options) << 12) | flags);
    put16(0xffff);
    put32(0);
    for (int i = 0; i < options; i++) {
      put32(0x0101_0101);
    }
    at = payload(out, at, length());
  }

  private void udp(Flow flow) {
    int bytes = length();
    put16(flow.sourcePort());
    put16(flow.destinationPort());
    put16(8 + bytes);
    put16(0);
    at = payload(out, at, bytes);
  }

  /** An ICMP error that quotes a packet of the service to the client. */
  private void error(Flow flow, int protocol) {
    int type =
        protocol == Rules.ICMP ? dice.of(3, 3, 11, 12, 5, 8) : dice.of(1, 2, 2, 3, 4, 128, 0);
    put32((type << 24) | (dice.below(5) << 16));
    put32(dice.below(1500));
    int quoted = at;
    boolean own = dice.often(950);
    int inner = dice.often(950) ? flow.protocol().number() : dice.below(256);
    if (flow.isIpv4()) {
      int options = dice.often(900) ? 0 : dice.below(4);
      put16(0x4500 + (options << 8));
      put16(20 + 4 * options + 20);
      put16(1);
      put16(dice.often(950) ? 0x4000 : dice.below(0x2000));
      put16((63 << 8) | inner);
      put16(0);
      put32((int) flow.destinationLow() + (own ? 0 : 1));
      put32((int) flow.sourceLow());
      for (int i = 0; i < options; i++) {
        put32(0x0101_0101);
      }
    } else {
      put32(6 << 28);
      put16(20);
      int next = at;
      put16(63);
      put64(flow.destinationHigh());
      put64(flow.destinationLow() + (own ? 0 : 1));
      put64(flow.sourceHigh());
      put64(flow.sourceLow());
      int extensions = dice.often(850) ? 0 : dice.between(1, 7);
      for (int i = 0; i < extensions; i++) {
        boolean cut = dice.often(200);
        next = cut ? fragment(next, dice.often(300)) : extension(next, Rules.DESTINATION_OPTIONS);
      }
      out[next] = (byte) inner;
    }
    put16(flow.destinationPort());
    put16(flow.sourcePort());
    put32(1);
    at = payload(out, at, dice.below(40));
    if (dice.often(60)) {
      at = dice.between(quoted, at);
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

  /** Where it ends. Of zeros but for its first bytes, which may be taken for something. */
  int payload(byte[] buffer, int from, int bytes) {
    for (int i = 0; i < bytes; i++) {
      buffer[from + i] = (byte) (i < 8 ? dice.next() : i);
    }
    return from + bytes;
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

  private void put16(int value) {
    Sums.put16(out, at, value);
    at += 2;
  }

  private void put32(int value) {
    put16(value >>> 16);
    put16(value);
  }

  private void put64(long value) {
    put32((int) (value >>> 32));
    put32((int) value);
  }
}
