package dev.shunt.scheduler.xdp;

import dev.shunt.replication.Flow;

/**
 * The hash by which the kernel program picks a bucket of a row, the same bit for bit: Bob Jenkins'
 * lookup3 over the 5-tuple, as {@code hash.h} has it.
 */
public final class FlowHash {

  private static final int INITIAL = 0xdeadbeef;
  private static final int IPV4_WORDS = 4;
  private static final int IPV6_WORDS = 10;

  private int a;
  private int b;
  private int c;

  private FlowHash(int words, int seed) {
    a = INITIAL + (words << 2) + seed;
    b = a;
    c = a;
  }

  /** The bucket of a flow in a row of {@code size} buckets. */
  public static int bucket(Flow flow, int seed, int size) {
    return bucket(hash(flow, seed), size);
  }

  private static int bucket(int hash, int size) {
    return (int) ((Integer.toUnsignedLong(hash) * size) >>> Integer.SIZE);
  }

  /** The same by the client's address alone. */
  public static int sourceBucket(Flow flow, int seed, int size) {
    Flow client =
        flow.isIpv4()
            ? Flow.ofIpv4(flow.protocol(), (int) flow.sourceLow(), 0, 0, 0)
            : new Flow(flow.protocol(), flow.sourceHigh(), flow.sourceLow(), 0, 0, 0, 0);
    return bucket(hash(client, 0, seed), size);
  }

  /** All 32 bits of a flow's hash: over the addresses' 32 or 128 bits each, ports and protocol. */
  public static int hash(Flow flow, int seed) {
    return hash(flow, flow.protocol().number(), seed);
  }

  private static int hash(Flow flow, int protocol, int seed) {
    int ports = (flow.sourcePort() << 16) | flow.destinationPort();
    if (flow.isIpv4()) {
      FlowHash hash = new FlowHash(IPV4_WORDS, seed);
      hash.mix((int) flow.sourceLow(), (int) flow.destinationLow(), ports);
      return mixed(hash.a + protocol, hash.b, hash.c);
    }
    FlowHash hash = new FlowHash(IPV6_WORDS, seed);
    hash.mix(high(flow.sourceHigh()), (int) flow.sourceHigh(), high(flow.sourceLow()));
    hash.mix((int) flow.sourceLow(), high(flow.destinationHigh()), (int) flow.destinationHigh());
    hash.mix(high(flow.destinationLow()), (int) flow.destinationLow(), ports);
    return mixed(hash.a + protocol, hash.b, hash.c);
  }

  private static int high(long half) {
    return (int) (half >>> Integer.SIZE);
  }

  /** Three words in, with others to follow. */
  private void mix(int first, int second, int third) {
    a += first;
    b += second;
    c += third;
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
