package dev.shunt.scheduler.xdp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** SipHash-2-4 of any bytes, after the paper (J.-P. Aumasson, D. J. Bernstein, 2012, section 2). */
final class SipHash {

  private final long[] v;

  private SipHash(long low, long high) {
    v =
        new long[] {
          low ^ 0x736f6d6570736575L,
          high ^ 0x646f72616e646f6dL,
          low ^ 0x6c7967656e657261L,
          high ^ 0x7465646279746573L
        };
  }

  static long of(long low, long high, byte[] message) {
    SipHash hash = new SipHash(low, high);
    byte[] padded = Arrays.copyOf(message, message.length / 8 * 8 + 8);
    padded[padded.length - 1] = (byte) message.length;
    ByteBuffer words = ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN);
    while (words.hasRemaining()) {
      long word = words.getLong();
      hash.v[3] ^= word;
      hash.rounds(2);
      hash.v[0] ^= word;
    }
    hash.v[2] ^= 0xff;
    hash.rounds(4);
    return hash.v[0] ^ hash.v[1] ^ hash.v[2] ^ hash.v[3];
  }

  private void rounds(int count) {
    for (int i = 0; i < count; i++) {
      half(0, 1, 13, true);
      half(2, 3, 16, false);
      half(0, 3, 21, false);
      half(2, 1, 17, true);
    }
  }

  /** One of the four sums of a round. */
  private void half(int to, int from, int bits, boolean turns) {
    v[to] += v[from];
    v[from] = Long.rotateLeft(v[from], bits) ^ v[to];
    if (turns) {
      v[to] = Long.rotateLeft(v[to], 32);
    }
  }
}
