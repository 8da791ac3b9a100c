package dev.shunt.ops.daemon;

import dev.shunt.cluster.ClusterSecret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys for single purposes out of the array's secret, equal on every member: HMAC-SHA-256 over the
 * purpose's name (the expand step of RFC 5869 for one block).
 */
public final class DerivedKey {

  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 32;

  private DerivedKey() {}

  /** The key for a purpose, {@value #BYTES} bytes. */
  public static byte[] of(ClusterSecret secret, String purpose) {
    return expand(secret.bytes(), purpose);
  }

  /**
   * @param random used without a secret: then the key is this process's own, and what was made with
   *     it is worthless after a restart
   */
  public static byte[] of(Optional<ClusterSecret> secret, String purpose, RandomGenerator random) {
    return secret.map(s -> of(s, purpose)).orElseGet(() -> random(random));
  }

  private static byte[] expand(byte[] secret, String purpose) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      return mac.doFinal((purpose + "\u0001").getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** A secret of this process alone. */
  static byte[] random(RandomGenerator random) {
    byte[] key = new byte[BYTES];
    random.nextBytes(key);
    return key;
  }
}
