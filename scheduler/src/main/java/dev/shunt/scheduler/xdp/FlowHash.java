package dev.shunt.scheduler.xdp;

import dev.shunt.replication.Flow;

/**
 * The hash by which the kernel program picks a bucket of a row, the same bit for bit: Bob Jenkins'
 * lookup3 over the 5-tuple, as {@code hash.h} has it.
 */
public final class FlowHash {

  private static final int INITIAL = 0xdeadbeef;
  private static final int WORDS = 4;

  private FlowHash() {}

  /** The bucket of an IPv4 flow in a row of {@code size} buckets. */
  public static int bucket(Flow flow, int seed, int size) {
    return (int) ((Integer.toUnsignedLong(hash(flow, seed)) * size) >>> Integer.SIZE);
  }

  /**
   * All 32 bits of an IPv4 flow's hash.
   *
   * @throws IllegalArgumentException if the flow is not IPv4
   */
  public static int hash(Flow flow, int seed) {
    if (!flow.isIpv4()) {
      throw new IllegalArgumentException(flow + " is not an IPv4 flow");
    }
    int start = INITIAL + (WORDS << 2) + seed;
    int a = start + (int) flow.sourceLow();
    int b = start + (int) flow.destinationLow();
    int c = start + ((flow.sourcePort() << 16) | flow.destinationPort());

    a = (a - c) ^ Integer.rotateLeft(c, 4);
    c += b;
    b = (b - a) ^ Integer.rotateLeft(a, 6);
    a += c;
    c = (c - b) ^ Integer.rotateLeft(b, 8);
    b += a;
    a = (a - c) ^ Integer.rotateLeft(c, 16);
    c += b;
    b = (b - a) ^ Integer.rotateLeft(a, 19);
    a += c;
    c = (c - b) ^ Integer.rotateLeft(b, 4);
    b += a;

    return mixed(a + flow.protocol().number(), b, c);
  }

  /** The closing rounds, after which every input bit has touched every output bit. */
  private static int mixed(int a, int b, int c) {
    c = (c ^ b) - Integer.rotateLeft(b, 14);
    a = (a ^ c) - Integer.rotateLeft(c, 11);
    b = (b ^ a) - Integer.rotateLeft(a, 25);
    c = (c ^ b) - Integer.rotateLeft(b, 16);
    a = (a ^ c) - Integer.rotateLeft(c, 4);
    b = (b ^ a) - Integer.rotateLeft(a, 14);
    return (c ^ b) - Integer.rotateLeft(b, 24);
  }
}
