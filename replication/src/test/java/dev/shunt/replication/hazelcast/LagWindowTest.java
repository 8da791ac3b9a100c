package dev.shunt.replication.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LagWindowTest {

  private long now;
  private final LagWindow lag = new LagWindow(() -> now);

  @Test
  void withoutArrivalsThereIsNoLag() {
    assertThat(lag.percentile(99)).isZero();
  }

  @Test
  void percentilesAreRightToTwoDigits() {
    for (int micros = 1; micros <= 1_000; micros++) {
      lag.record(micros);
    }

    assertThat(lag.percentile(50)).isBetween(495L, 505L);
    assertThat(lag.percentile(99)).isBetween(980L, 1_000L);
  }

  @Test
  void whatIsOlderThanAMinuteIsForgotten() {
    lag.record(50_000);
    now += TimeUnit.SECONDS.toNanos(45);
    lag.record(10);
    assertThat(lag.percentile(100)).isGreaterThan(49_000);

    now += TimeUnit.SECONDS.toNanos(30);
    assertThat(lag.percentile(100)).isEqualTo(10);
  }

  @Test
  void clocksThatDifferMakeNoNegativeAndNoEndlessLag() {
    lag.record(-5_000);
    lag.record(Long.MAX_VALUE);

    assertThat(lag.percentile(1)).isZero();
    assertThat(lag.percentile(100)).isGreaterThan(TimeUnit.MINUTES.toMicros(9));
  }
}
