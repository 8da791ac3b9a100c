package dev.shunt.node.choice;

import java.nio.charset.StandardCharsets;

/** 64 bits out of bytes, the same everywhere: FNV-1a, then the finalizer of SplitMix64. */
public final class KeyHash {

  /** Stands for no key. */
  public static final long NONE = 0;

  /** Of no bytes yet. */
  public static final long START = 0xCBF29CE484222325L;

  private static final long PRIME = 0x100000001B3L;

  private KeyHash() {}

  public static long add(long hash, int value) {
    return (hash ^ (value & 0xFF)) * PRIME;
  }

  public static long add(long hash, byte[] bytes, int from, int to) {
    long sum = hash;
    for (int i = from; i < to; i++) {
      sum = add(sum, bytes[i]);
    }
    return sum;
  }

  /** The key of all that was added; never {@link #NONE}. */
  public static long end(long hash) {
    long mixed = mix(hash);
    return mixed == NONE ? 1 : mixed;
  }

  public static long of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return end(add(START, bytes, 0, bytes.length));
  }

  /** Every bit of the result depends on every bit of {@code value}. */
  public static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
