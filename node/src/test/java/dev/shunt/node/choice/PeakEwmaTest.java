package dev.shunt.node.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeakEwmaTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final PeakEwma time = new PeakEwma();

  @Test
  void aLongerTimeCountsAtOnceShorterOnesSlowly() {
    assertThat(time.measured()).isFalse();
    time.record(MILLI, 0);
    time.record(100 * MILLI, SECOND);
    assertThat(time.value(SECOND)).isEqualTo(100.0 * MILLI);
    time.record(MILLI, SECOND + MILLI);
    assertThat(time.value(SECOND + MILLI)).isGreaterThan(99.0 * MILLI);
    for (int i = 0; i < 100_000; i++) {
      time.record(MILLI, 2 * SECOND + i * MILLI);
    }
    assertThat(time.value(102 * SECOND)).isCloseTo(1.0 * MILLI, within(0.05 * MILLI));
  }

  @Test
  void withoutNewsItDecaysSoThatWhatWasSlowIsTriedAgain() {
    time.record(100 * MILLI, 0);
    assertThat(time.value(3 * SECOND)).isCloseTo(100.0 * MILLI / Math.E, within(1.0));
    assertThat(time.value(15 * SECOND)).isLessThan(1.0 * MILLI);
  }
}
