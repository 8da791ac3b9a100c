package dev.shunt.replication.hazelcast;

import dev.shunt.replication.Flow;
import java.util.BitSet;

/**
 * Some parts of the session table. A part is the sessions whose flows' hashes begin with the same
 * bits; it has nothing to do with where Hazelcast keeps an entry.
 *
 * @param bits how many: there are {@code 1 << bits} parts
 * @param chosen which of them
 */
record Parts(int bits, BitSet chosen) {

  static final int MIN_BITS = 6;
  static final int MAX_BITS = 16;

  /** So few that what differs is soon found, so many that one is soon read. */
  private static final int SESSIONS_PER_PART = 16;

  Parts {
    if (bits < MIN_BITS || bits > MAX_BITS) {
      throw new IllegalArgumentException(
          "2^%d parts: allowed is 2^%d to 2^%d".formatted(bits, MIN_BITS, MAX_BITS));
    }
  }

  /** All parts of a table of about so many sessions. */
  static Parts all(int sessions) {
    int wanted = Integer.SIZE - Integer.numberOfLeadingZeros(sessions / SESSIONS_PER_PART);
    int bits = Math.clamp(wanted, MIN_BITS, MAX_BITS);
    BitSet all = new BitSet();
    all.set(0, 1 << bits);
    return new Parts(bits, all);
  }

  int count() {
    return 1 << bits;
  }

  boolean isEmpty() {
    return chosen.isEmpty();
  }

  int of(Flow flow) {
    return of(flow, bits);
  }

  static int of(Flow flow, int bits) {
    return (int) (flow.hash() >>> (Long.SIZE - bits));
  }

  boolean contains(Flow flow) {
    return chosen.get(of(flow));
  }

  /** Those of these in which two arrays of digests differ. */
  Parts differing(long[] one, long[] other) {
    BitSet differing = new BitSet();
    chosen.stream().filter(part -> one[part] != other[part]).forEach(differing::set);
    return new Parts(bits, differing);
  }
}
