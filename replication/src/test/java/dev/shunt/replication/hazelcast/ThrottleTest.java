package dev.shunt.replication.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThrottleTest {

  private long now = -3;
  private final Throttle throttle = new Throttle(() -> now, Duration.ofSeconds(10));

  @Test
  void oneIsLetThroughPerIntervalAndTheFirstAtOnce() {
    assertThat(throttle.pass()).isTrue();
    assertThat(throttle.pass()).isFalse();
    now += Duration.ofSeconds(10).toNanos();
    assertThat(throttle.pass()).isTrue();
  }

  @Test
  void afterAResetTheNextIsLetThroughAtOnce() {
    throttle.pass();
    throttle.reset();

    assertThat(throttle.pass()).isTrue();
  }
}
