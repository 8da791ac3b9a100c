package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;

/** The two hashes of a flow: the one that every member shares, and the machine's own. */
public final class FlowMarks {

  private static final long FIRST = 0x9e3779b97f4a7c15L;
  private static final long NEXT = 0xd6e8feb86659fd93L;
  private static final int LOOKUP3 = 0xdeadbeef;

  /** Of three words: which changes, by which other, turned by how much. */
  private static final int[][] FINAL_ROUNDS = {
    {2, 1, 14}, {0, 2, 11}, {1, 0, 25}, {2, 1, 16}, {0, 2, 4}, {1, 0, 14}, {2, 1, 24}
  };

  private FlowMarks() {}

  /**
   * The machine's own: 64 bits, of the bytes of the flow as the key of its table, eight at a time
   * in the machine's order, little-endian.
   */
  public static long mark(Flow flow, boolean ipv4) {
    long tail =
        ((long) flow.sourcePort() << 48)
            | ((long) flow.destinationPort() << 32)
            | ((long) flow.protocol().number() << 24);
    long mark;
    if (ipv4) {
      mark = Long.reverseBytes((flow.sourceLow() << 32) | low(flow.destinationLow())) * FIRST;
    } else {
      mark = Long.reverseBytes(flow.sourceHigh()) * FIRST;
      mark = mixed(mark, Long.reverseBytes(flow.sourceLow()));
      mark = mixed(mark, Long.reverseBytes(flow.destinationHigh()));
      mark = mixed(mark, Long.reverseBytes(flow.destinationLow()));
    }
    mark = mixed(mark, Long.reverseBytes(tail));
    mark = mixed(mark, 0);
    return mark ^ (mark >>> 32);
  }

  private static long mixed(long mark, long word) {
    return (mark ^ (mark >>> 32) ^ word) * NEXT;
  }

  private static long low(long word) {
    return word & 0xffffffffL;
  }

  /** Bob Jenkins' hashword() over the 5-tuple. */
  static int hash(Flow flow, boolean ipv4, int seed) {
    return lookup3(
        words(
            flow.sourceHigh(),
            flow.sourceLow(),
            flow.destinationHigh(),
            flow.destinationLow(),
            (flow.sourcePort() << 16) | flow.destinationPort(),
            flow.protocol().number(),
            ipv4),
        seed);
  }

  /** The same with nothing but the source's address. */
  static int sourceHash(Flow flow, boolean ipv4, int seed) {
    return lookup3(words(flow.sourceHigh(), flow.sourceLow(), 0, 0, 0, 0, ipv4), seed);
  }

  private static int[] words(
      long sourceHigh,
      long sourceLow,
      long toHigh,
      long toLow,
      int ports,
      int protocol,
      boolean v4) {
    if (v4) {
      return new int[] {(int) sourceLow, (int) toLow, ports, protocol};
    }
    return new int[] {
      (int) (sourceHigh >>> 32),
      (int) sourceHigh,
      (int) (sourceLow >>> 32),
      (int) sourceLow,
      (int) (toHigh >>> 32),
      (int) toHigh,
      (int) (toLow >>> 32),
      (int) toLow,
      ports,
      protocol
    };
  }

  private static int lookup3(int[] words, int seed) {
    int a = LOOKUP3 + words.length * 4 + seed;
    int b = a;
    int c = a;
    int at = 0;
    for (; words.length - at > 3; at += 3) {
      a += words[at];
      b += words[at + 1];
      c += words[at + 2];
      a -= c;
      a ^= Integer.rotateLeft(c, 4);
      c += b;
      b -= a;
      b ^= Integer.rotateLeft(a, 6);
      a += c;
      c -= b;
      c ^= Integer.rotateLeft(b, 8);
      b += a;
      a -= c;
      a ^= Integer.rotateLeft(c, 16);
      c += b;
      b -= a;
      b ^= Integer.rotateLeft(a, 19);
      a += c;
      c -= b;
      c ^= Integer.rotateLeft(b, 4);
      b += a;
    }
    // Both lengths leave one word.
    a += words[at];
    int[] state = {a, b, c};
    for (int[] round : FINAL_ROUNDS) {
      state[round[0]] ^= state[round[1]];
      state[round[0]] -= Integer.rotateLeft(state[round[1]], round[2]);
    }
    return state[2];
  }
}
