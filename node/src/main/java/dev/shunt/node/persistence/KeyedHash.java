package dev.shunt.node.persistence;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * SipHash-2-4 with 128 bits of output (J.-P. Aumasson, D. J. Bernstein, 2012, and the authors'
 * reference implementation), a byte at a time: what it is made of stands nowhere else, and nothing
 * is allocated. One thread.
 */
public final class KeyedHash {

  private static final String MAC = "HmacSHA256";
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final long key0;
  private final long key1;
  private long v0;
  private long v1;
  private long v2;
  private long v3;
  private long word;
  private int count;
  private long high;
  private long low;

  /**
   * @param key 16 bytes, of which the first eight are the first word, little-endian
   */
  public KeyedHash(byte[] key) {
    key0 = (long) LONGS.get(key, 0);
    key1 = (long) LONGS.get(key, 8);
  }

  /**
   * With a key of its own for one purpose.
   *
   * @param secret what all members share
   * @param purpose no two that are the same
   */
  static KeyedHash of(byte[] secret, String purpose) {
    return new KeyedHash(derive(secret, purpose));
  }

  /** The first 128 bits of HMAC-SHA-256, and the rest. */
  static byte[] derive(byte[] secret, String purpose) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(secret, MAC));
      return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(MAC + " is part of every Java", e);
    }
  }

  public KeyedHash begin() {
    v0 = key0 ^ 0x736f6d6570736575L;
    v1 = key1 ^ 0x646f72616e646f6dL ^ 0xee;
    v2 = key0 ^ 0x6c7967656e657261L;
    v3 = key1 ^ 0x7465646279746573L;
    word = 0;
    count = 0;
    return this;
  }

  public KeyedHash add(int unsigned) {
    word |= (unsigned & 0xFFL) << ((count & 7) * Byte.SIZE);
    if ((++count & 7) == 0) {
      compress();
    }
    return this;
  }

  KeyedHash add(String text) {
    for (int i = 0; i < text.length(); i++) {
      add(text.charAt(i));
    }
    return this;
  }

  /** Afterwards {@link #high} and {@link #low} are the hash of what was added. */
  public KeyedHash end() {
    word |= (long) count << 56;
    compress();
    v2 ^= 0xee;
    finish();
    high = v0 ^ v1 ^ v2 ^ v3;
    v1 ^= 0xdd;
    finish();
    low = v0 ^ v1 ^ v2 ^ v3;
    return this;
  }

  long high() {
    return high;
  }

  public long low() {
    return low;
  }

  private void compress() {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
    word = 0;
  }

  private void finish() {
    round();
    round();
    round();
    round();
  }

  private void round() {
    v0 += v1;
    v1 = Long.rotateLeft(v1, 13) ^ v0;
    v0 = Long.rotateLeft(v0, 32);
    v2 += v3;
    v3 = Long.rotateLeft(v3, 16) ^ v2;
    v0 += v3;
    v3 = Long.rotateLeft(v3, 21) ^ v0;
    v2 += v1;
    v1 = Long.rotateLeft(v1, 17) ^ v2;
    v2 = Long.rotateLeft(v2, 32);
  }
}
