package dev.shunt.scheduler.xdp.model;

/** Damages frames: flipped bits, other bytes, cut short, made longer, lengths that lie. */
final class Damage {

  /** Where headers are. */
  private static final int HEADERS = 120;

  private final Dice dice;

  Damage(Dice dice) {
    this.dice = dice;
  }

  /** The damaged frame's length. */
  int damage(byte[] frame, int length) {
    int headers = Math.min(length, HEADERS);
    switch (dice.below(6)) {
      case 0 -> {
        for (int i = dice.below(3); i >= 0; i--) {
          frame[dice.below(headers)] ^= (byte) (1 << dice.below(8));
        }
      }
      case 1 -> {
        for (int i = dice.below(3); i >= 0; i--) {
          frame[dice.below(headers)] = (byte) dice.next();
        }
      }
      case 2 -> {
        return dice.below(headers);
      }
      case 3 -> {
        return pad(frame, length, length + dice.below(64));
      }
      case 4 -> {
        // A 16-bit field that is a little off: lengths, types, offsets.
        int at = dice.between(12, Math.max(12, headers - 2));
        Sums.put16(frame, at, Sums.get16(frame, at) + dice.between(-9, 9));
      }
      default -> {
        int from = dice.below(headers);
        int to = dice.below(headers);
        int count = dice.below(headers - Math.max(from, to) + 1);
        System.arraycopy(frame, from, frame, to, count);
      }
    }
    return length;
  }

  /** Adds bytes behind a frame. */
  int pad(byte[] frame, int length, int to) {
    boolean zeros = dice.often(500);
    for (int i = length; i < to; i++) {
      frame[i] = (byte) (zeros ? 0 : dice.next());
    }
    return Math.max(length, to);
  }

  /** A frame of nothing but noise, to this machine now and then. */
  int noise(byte[] frame) {
    int length = dice.between(14, 200);
    for (int i = 0; i < length; i++) {
      frame[i] = (byte) dice.next();
    }
    if (dice.often(700)) {
      Sums.put16(frame, 0, (int) (FuzzWorld.MINE >>> 32));
      Sums.put16(frame, 2, (int) (FuzzWorld.MINE >>> 16));
      Sums.put16(frame, 4, (int) FuzzWorld.MINE);
      Sums.put16(frame, 12, dice.of(Rules.IPV4, Rules.IPV6, Rules.MPLS, Rules.ARP, Rules.VLAN));
    }
    return length;
  }
}
