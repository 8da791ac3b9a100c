package dev.shunt.cluster;

import java.security.MessageDigest;
import java.util.Arrays;

/** What the members of an array share and nobody else knows. Never printed. Immutable. */
public final class ClusterSecret {

  public static final int MIN_BYTES = 16;

  private final byte[] bytes;

  /**
   * @param bytes at least {@value #MIN_BYTES}
   */
  public ClusterSecret(byte[] bytes) {
    if (bytes.length < MIN_BYTES) {
      throw new IllegalArgumentException(
          "secret: found %d bytes, allowed is at least %d".formatted(bytes.length, MIN_BYTES));
    }
    this.bytes = bytes.clone();
  }

  /** A copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClusterSecret secret && MessageDigest.isEqual(bytes, secret.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "ClusterSecret[hidden]";
  }
}
