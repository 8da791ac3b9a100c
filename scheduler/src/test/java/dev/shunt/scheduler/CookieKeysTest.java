package dev.shunt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class CookieKeysTest {

  private static final long PERIOD = 1L << CookieKeys.PERIOD_BITS;

  private final CookieKeys keys =
      new CookieKeys(number ->
          ByteBuffer.allocate(32)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(number)
              .putLong(-number)
              .array());

  @Test
  void theKernelHasTheLastKeyTheCurrentOneAndTwoToCome() {
    assertThat(keys.at(7 * PERIOD))
        .containsExactly(
            new CookieKey(6, 6, -6),
            new CookieKey(7, 7, -7),
            new CookieKey(8, 8, -8),
            new CookieKey(9, 9, -9));
  }

  @Test
  void aKeyLastsForItsWholePeriod() {
    assertThat(keys.at(8 * PERIOD - 1)).isEqualTo(keys.at(7 * PERIOD));
    assertThat(keys.at(8 * PERIOD)).isNotEqualTo(keys.at(7 * PERIOD));
  }
}
