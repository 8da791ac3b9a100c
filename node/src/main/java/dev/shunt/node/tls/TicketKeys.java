package dev.shunt.node.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of a service's session tickets (RFC 5077, RFC 8446 section 4.6.1): they follow from a
 * secret that all members share and from the time of day, so that a session begun with one member
 * is resumed by any other, and nothing has to be handed round when keys change.
 *
 * <p>Three are known at a time: that of the present period makes tickets; that of the one before is
 * still taken, and so is the next one's, which a member whose clock is ahead may be using.
 */
final class TicketKeys {

  private static final String ALGORITHM = "HmacSHA256";
  private static final String PURPOSE = "shunt session ticket 1";

  private final Supplier<byte[]> secret;
  private final String binding;
  private final long periodSeconds;

  /**
   * @param binding what a session is good for: with another binding keys are others, and sessions
   *     are not resumed
   */
  TicketKeys(Supplier<byte[]> secret, String binding, Duration period) {
    this.secret = secret;
    this.binding = binding;
    this.periodSeconds = period.toSeconds();
  }

  /** The number of the period that an instant is in. */
  long period(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), periodSeconds);
  }

  /** The keys of a period, that for new tickets first. */
  OpenSslSessionTicketKey[] of(long period) {
    byte[] key = secret.get();
    return new OpenSslSessionTicketKey[] {
      key(key, period), key(key, period - 1), key(key, period + 1)
    };
  }

  private OpenSslSessionTicketKey key(byte[] from, long period) {
    return new OpenSslSessionTicketKey(
        derive(from, "name", period, OpenSslSessionTicketKey.NAME_SIZE),
        derive(from, "hmac", period, OpenSslSessionTicketKey.HMAC_KEY_SIZE),
        derive(from, "aes", period, OpenSslSessionTicketKey.AES_KEY_SIZE));
  }

  private byte[] derive(byte[] from, String part, long period, int bytes) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(from, ALGORITHM));
      String input = PURPOSE + '\0' + part + '\0' + period + '\0' + binding;
      return Arrays.copyOf(mac.doFinal(input.getBytes(StandardCharsets.UTF_8)), bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " is part of every Java", e);
    }
  }
}
