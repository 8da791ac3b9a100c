package dev.shunt.ops.lab;

/**
 * Bytes that anybody can compute from a seed and an offset, so that a client can check every byte
 * of an answer and a response that was meant for another request shows.
 */
final class Content {

  private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

  private Content() {}

  /**
   * Writes the content from {@code offset} on into the first {@code count} bytes of {@code buffer}.
   */
  static void fill(long seed, long offset, byte[] buffer, int count) {
    long index = Long.MIN_VALUE;
    long word = 0;
    for (int i = 0; i < count; i++) {
      long at = offset + i;
      if (at >>> 3 != index) {
        index = at >>> 3;
        word = word(seed, index);
      }
      buffer[i] = (byte) (word >>> ((at & 7) * Byte.SIZE));
    }
  }

  /** Position of the first of {@code count} bytes that is wrong, or -1 if all are right. */
  static int mismatch(long seed, long offset, byte[] buffer, int count) {
    byte[] expected = new byte[count];
    fill(seed, offset, expected, count);
    return java.util.Arrays.mismatch(expected, 0, count, buffer, 0, count);
  }

  // The finaliser of splitmix64.
  private static long word(long seed, long index) {
    long z = seed + (index + 1) * GOLDEN;
    z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return z ^ (z >>> 31);
  }
}
