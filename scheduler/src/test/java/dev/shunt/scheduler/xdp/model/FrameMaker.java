package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;

/** Makes frames of every kind that the program tells apart, most of them whole. */
public final class FrameMaker {

  private static final int MIN_FRAME = 14;

  /** The kernel's test run takes no more. */
  private static final int MAX_FRAME = 3500;

  private static final long SOLICITED_NODE_MAC = 0x3333_ff00_0000L;

  private final Dice dice;
  private final PacketMaker packets;
  private final Damage damage;
  private byte[] out = {};
  private int at;

  public FrameMaker(FuzzWorld world, Dice dice) {
    this.dice = dice;
    packets = new PacketMaker(world, dice);
    damage = new Damage(dice);
  }

  /** Writes a frame to the beginning of the buffer; its length. */
  public int make(byte[] buffer, int step) {
    out = buffer;
    Phase phase = Phase.of(step);
    packets.begin(phase, Phase.burst(step));
    if (phase != Phase.MIXED) {
      Flow flow = packets.chooseFlow();
      link(FuzzWorld.MINE, flow.isIpv4() ? Rules.IPV4 : Rules.IPV6);
      at = packets.make(out, at, flow);
      return at;
    }
    if (dice.often(5)) {
      return damage.noise(out);
    }
    int kind = dice.below(100);
    if (kind < 3) {
      arp();
    } else if (kind < 7) {
      discovery();
    } else if (kind < 8) {
      link(to(), dice.of(0x88cc, 0x0600, 0x8848, 0x86de, 0x0004));
      at = packets.payload(out, at, 40);
    } else {
      balanced();
    }
    int length = at;
    if (length < 60 && dice.often(400)) {
      // Ethernet's shortest frame is padded to.
      length = damage.pad(out, length, 60);
    }
    if (dice.often(180)) {
      length = damage.damage(out, length);
    }
    return Math.clamp(length, MIN_FRAME, MAX_FRAME);
  }

  private long to() {
    if (dice.often(940)) {
      return FuzzWorld.MINE;
    }
    return dice.often(500) ? FuzzWorld.BROADCAST : dice.next() >>> 16;
  }

  private void link(long to, int type) {
    at = 0;
    mac(to);
    boolean known = dice.often(970);
    mac(known ? FuzzWorld.ROUTERS[dice.below(FuzzWorld.ROUTERS.length)] : dice.next() >>> 16);
    int tags = dice.often(850) ? 0 : dice.of(1, 1, 1, 2, 2, 3);
    for (int i = 0; i < tags; i++) {
      put16(dice.of(Rules.VLAN, Rules.SERVICE_VLAN));
      put16((int) dice.next());
    }
    put16(type);
  }

  private void balanced() {
    Flow flow = packets.chooseFlow();
    boolean ipv4 = flow.isIpv4();
    int type = ipv4 ? Rules.IPV4 : Rules.IPV6;
    if (dice.often(330)) {
      link(to(), Rules.MPLS);
      label(dice.often(970));
    } else {
      link(to(), type);
    }
    at = packets.make(out, at, flow);
  }

  private void label(boolean bottom) {
    int traffic = dice.often(900) ? 0 : dice.below(8);
    int ttl = dice.often(900) ? 64 : dice.of(0, 1, 2, 255);
    put32((anyLabel() << 12) | (traffic << 9) | (bottom ? 0x100 : 0) | ttl);
    if (!bottom) {
      put32((anyLabel() << 12) | 0x100 | 64);
    }
  }

  private int anyLabel() {
    int kind = dice.below(100);
    if (kind < 15) {
      return Rules.FIRST_TARGET + dice.below(2);
    }
    if (kind < 28) {
      return Rules.FIRST_TARGET + dice.below(2 * FuzzWorld.TARGETS + 2);
    }
    if (kind < 48) {
      return Rules.ASK;
    }
    int direction = dice.often(700) ? 0 : 1;
    if (kind < 75) {
      return Rules.FIRST_SESSION + 2 * dice.below(FuzzWorld.OWN_PAIRS) + direction;
    }
    if (kind < 92) {
      int pair = FuzzWorld.OTHER_PAIRS + dice.below(FuzzWorld.OTHER_PAIR_COUNT);
      return Rules.FIRST_SESSION + 2 * pair + direction;
    }
    return dice.of(
        dice.below(16), dice.below(Rules.LABELS), Rules.LABELS - dice.between(1, 4), 8192);
  }

  private void arp() {
    link(dice.often(500) ? FuzzWorld.BROADCAST : to(), Rules.ARP);
    put16(dice.often(970) ? 1 : 6);
    put16(dice.often(970) ? Rules.IPV4 : Rules.IPV6);
    put16(dice.often(970) ? 0x0604 : 0x0804);
    put16(dice.of(1, 1, 1, 1, 2, 2, 3));
    mac(FuzzWorld.ROUTERS[dice.below(FuzzWorld.ROUTERS.length)]);
    int sender = arpAddress();
    put32(sender);
    mac(0);
    put32(dice.often(200) ? sender : arpAddress());
  }

  private int arpAddress() {
    return dice.often(500)
        ? packets.word(FuzzWorld.VIPS[dice.below(2)])
        : packets.word(FuzzWorld.CLIENTS4[dice.below(FuzzWorld.CLIENTS4.length)]);
  }

  private void discovery() {
    long[] target = packets.address6();
    link(dice.often(500) ? SOLICITED_NODE_MAC | (target[1] & 0xff_ffff) : to(), Rules.IPV6);
    int ip = at;
    int options = dice.of(0, 1, 1, 1, 2, 3, 13);
    int length = 24 + 8 * options;
    put32(6 << 28);
    put16(length);
    put16((Rules.ICMPV6 << 8) | (dice.often(970) ? 255 : 64));
    boolean probe = dice.often(200);
    long[] source = packets.client6();
    put64(probe ? 0 : source[0]);
    put64(probe ? 0 : source[1]);
    if (dice.often(700)) {
      put64(0xff02L << 48);
      put64(0x0000_0001_ff00_0000L | (target[1] & 0xff_ffff));
    } else {
      put64(target[0]);
      put64(target[1]);
    }
    int message = at;
    put32(
        dice.of(
                AddressAnswers.SOLICITATION,
                AddressAnswers.SOLICITATION,
                AddressAnswers.ADVERTISEMENT)
            << 24);
    put32(dice.of(0, 0, 0x2000_0000, 0x6000_0000));
    put64(target[0]);
    put64(target[1]);
    for (int i = 0; i < options; i++) {
      put16((dice.of(1, 1, 2, 14) << 8) | (dice.often(950) ? 1 : dice.below(4)));
      mac(dice.next() >>> 16);
    }
    if (dice.often(930)) {
      int sum =
          Sums.range(out, message, length, Sums.range(out, ip + 8, 32, length + Rules.ICMPV6));
      out[message + 2] = (byte) (~sum >>> 8);
      out[message + 3] = (byte) ~sum;
    }
  }

  private void mac(long mac) {
    put16((int) (mac >>> 32));
    put32((int) mac);
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
