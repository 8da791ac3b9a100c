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
  private final FrameWriter frame = new FrameWriter();

  /**
   * @param model knows the cookies that clients would bring back
   */
  public FrameMaker(FuzzWorld world, Dice dice, Model model) {
    this.dice = dice;
    packets = new PacketMaker(world, dice, model.tables.cookies, frame);
    damage = new Damage(dice);
  }

  /** Writes a frame to the beginning of the buffer; its length. */
  public int make(byte[] buffer, int step) {
    frame.begin(buffer);
    Phase phase = Phase.of(step);
    packets.begin(phase, Phase.burst(step));
    if (phase != Phase.MIXED) {
      Flow flow = packets.chooseFlow();
      link(FuzzWorld.MINE, flow.isIpv4() ? Rules.IPV4 : Rules.IPV6);
      packets.make(flow);
      return frame.at;
    }
    if (dice.often(5)) {
      return damage.noise(frame.out);
    }
    int kind = dice.below(100);
    if (kind < 3) {
      arp();
    } else if (kind < 7) {
      discovery();
    } else if (kind < 8) {
      link(to(), dice.of(0x88cc, 0x0600, 0x8848, 0x86de, 0x0004));
      packets.payload(40);
    } else {
      balanced();
    }
    int length = frame.at;
    if (length < 60 && dice.often(400)) {
      // Ethernet's shortest frame is padded to.
      length = damage.pad(frame.out, length, 60);
    }
    if (dice.often(180)) {
      length = damage.damage(frame.out, length);
    }
    return Math.clamp(length, MIN_FRAME, MAX_FRAME);
  }

  /** Of a frame about a flow: everyone's VIPs have a group address. */
  private long to(Flow flow) {
    boolean shared = isEveryones(flow.destinationLow());
    if (!dice.often(shared ? 800 : 10)) {
      return to();
    }
    long group = EveryoneRules.group(flow.destinationLow());
    return dice.often(950) ? group : group ^ (1L << dice.below(48));
  }

  private boolean isEveryones(long addressLow) {
    return addressLow == packets.everyones6[1]
        || addressLow == IpReader.mapped(packets.word(FuzzWorld.EVERYONES[0]));
  }

  private long to() {
    if (dice.often(940)) {
      return FuzzWorld.MINE;
    }
    return dice.often(500) ? FuzzWorld.BROADCAST : dice.next() >>> 16;
  }

  private void link(long to, int type) {
    frame.at = 0;
    frame.putMac(to);
    boolean known = dice.often(970);
    frame.putMac(
        known ? FuzzWorld.ROUTERS[dice.below(FuzzWorld.ROUTERS.length)] : dice.next() >>> 16);
    int tags = dice.often(850) ? 0 : dice.of(1, 1, 1, 2, 2, 3);
    for (int i = 0; i < tags; i++) {
      frame.put16(dice.of(Rules.VLAN, Rules.SERVICE_VLAN));
      frame.put16((int) dice.next());
    }
    frame.put16(type);
  }

  private void balanced() {
    Flow flow = packets.chooseFlow();
    boolean ipv4 = flow.isIpv4();
    int type = ipv4 ? Rules.IPV4 : Rules.IPV6;
    if (dice.often(330)) {
      link(to(flow), Rules.MPLS);
      label(dice.often(970));
    } else {
      link(to(flow), type);
    }
    packets.make(flow);
  }

  private void label(boolean bottom) {
    int traffic = dice.often(900) ? 0 : dice.below(8);
    int ttl = dice.often(900) ? 64 : dice.of(0, 1, 2, 255);
    frame.put32((anyLabel() << 12) | (traffic << 9) | (bottom ? 0x100 : 0) | ttl);
    if (!bottom) {
      frame.put32((anyLabel() << 12) | 0x100 | 64);
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
    frame.put16(dice.often(970) ? 1 : 6);
    frame.put16(dice.often(970) ? Rules.IPV4 : Rules.IPV6);
    frame.put16(dice.often(970) ? 0x0604 : 0x0804);
    frame.put16(dice.of(1, 1, 1, 1, 2, 2, 3));
    int sender = arpAddress();
    frame.putMac(
        dice.often(200)
            ? EveryoneRules.group(sender)
            : FuzzWorld.ROUTERS[dice.below(FuzzWorld.ROUTERS.length)]);
    frame.put32(sender);
    frame.putMac(0);
    frame.put32(dice.often(200) ? sender : arpAddress());
  }

  private int arpAddress() {
    if (dice.often(250)) {
      return packets.word(FuzzWorld.EVERYONES[0]);
    }
    return dice.often(500)
        ? packets.word(FuzzWorld.VIPS[dice.below(2)])
        : packets.word(FuzzWorld.CLIENTS4[dice.below(FuzzWorld.CLIENTS4.length)]);
  }

  private void discovery() {
    long[] target = packets.address6();
    link(dice.often(500) ? SOLICITED_NODE_MAC | (target[1] & 0xff_ffff) : to(), Rules.IPV6);
    int ip = frame.at;
    int options = dice.of(0, 1, 1, 1, 2, 3, 13);
    int length = 24 + 8 * options;
    frame.put32(6 << 28);
    frame.put16(length);
    frame.put16((Rules.ICMPV6 << 8) | (dice.often(970) ? 255 : 64));
    boolean probe = dice.often(200);
    long[] source = packets.client6();
    frame.put64(probe ? 0 : source[0]);
    frame.put64(probe ? 0 : source[1]);
    if (dice.often(700)) {
      frame.put64(0xff02L << 48);
      frame.put64(0x0000_0001_ff00_0000L | (target[1] & 0xff_ffff));
    } else {
      frame.put64(target[0]);
      frame.put64(target[1]);
    }
    int message = frame.at;
    frame.put32(
        dice.of(
                AddressAnswers.SOLICITATION,
                AddressAnswers.SOLICITATION,
                AddressAnswers.ADVERTISEMENT)
            << 24);
    frame.put32(dice.of(0, 0, 0x2000_0000, 0x6000_0000));
    frame.put64(target[0]);
    frame.put64(target[1]);
    for (int i = 0; i < options; i++) {
      frame.put16((dice.of(1, 1, 2, 14) << 8) | (dice.often(950) ? 1 : dice.below(4)));
      frame.putMac(dice.next() >>> 16);
    }
    if (dice.often(930)) {
      int sum =
          Sums.range(
              frame.out, message, length, Sums.range(frame.out, ip + 8, 32, length + Rules.ICMPV6));
      frame.out[message + 2] = (byte) (~sum >>> 8);
      frame.out[message + 3] = (byte) ~sum;
    }
  }
}
