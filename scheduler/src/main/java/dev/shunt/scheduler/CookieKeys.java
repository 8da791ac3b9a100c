package dev.shunt.scheduler;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * The keys of SYN cookies: another one every {@link #PERIOD_BITS 2^42} ns (73 minutes) of the wall
 * clock, all out of one secret, so that members agree on them without a word.
 *
 * <p>The kernel has the last one, for the cookies that are on their way, and two ahead: it goes on
 * for an hour and more without this process, and then answers no SYN by itself.
 */
public final class CookieKeys {

  /** {@code COOKIE_KEY_BITS}: nanoseconds of the wall clock without these bits number the key. */
  public static final int PERIOD_BITS = 42;

  private static final int AHEAD = 2;

  private final LongFunction<byte[]> secret;

  /**
   * @param secret makes the secret of a key out of its number, no less than 16 bytes
   */
  public CookieKeys(LongFunction<byte[]> secret) {
    this.secret = secret;
  }

  /** The keys that a kernel needs at a time, in nanoseconds since the epoch. */
  public List<CookieKey> at(long wallNanos) {
    long number = wallNanos >>> PERIOD_BITS;
    return LongStream.rangeClosed(number - 1, number + AHEAD).mapToObj(this::key).toList();
  }

  private CookieKey key(long number) {
    ByteBuffer bytes = ByteBuffer.wrap(secret.apply(number)).order(ByteOrder.LITTLE_ENDIAN);
    return new CookieKey(number, bytes.getLong(), bytes.getLong());
  }
}
