package dev.shunt.scheduler.xdp.model;

/** SipHash-2-4 over words of 64 bits, after the paper (Aumasson, Bernstein, 2012, section 2). */
final class KeyedHash {

  private long v0;
  private long v1;
  private long v2;
  private long v3;
  private long words;

  void begin(long low, long high) {
    v0 = low ^ 0x736f6d6570736575L;
    v1 = high ^ 0x646f72616e646f6dL;
    v2 = low ^ 0x6c7967656e657261L;
    v3 = high ^ 0x7465646279746573L;
    words = 0;
  }

  void add(long word) {
    v3 ^= word;
    rounds(2);
    v0 ^= word;
    words++;
  }

  /** The last word has the message's length in its highest byte. */
  long end() {
    add((words * Long.BYTES) << 56);
    v2 ^= 0xff;
    rounds(4);
    return v0 ^ v1 ^ v2 ^ v3;
  }

  private void rounds(int count) {
    for (int i = 0; i < count; i++) {
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
    }
  }
}
