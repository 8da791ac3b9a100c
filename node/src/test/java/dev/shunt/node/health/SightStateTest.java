package dev.shunt.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.HealthCheck;
import dev.shunt.scheduler.Sight;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SightStateTest {

  private static final Duration MS = Duration.ofMillis(1);

  /** Two successes bring it up, three failures take it down. */
  private final SightState state = new SightState(HealthCheck.tcp());

  @Test
  void nothingIsSeenBeforeTheFirstCheckWhichDecidesAlone() {
    assertThat(state.sight()).isEqualTo(Sight.UNKNOWN);
    assertThat(state.record(false, Duration.ZERO)).isEqualTo(Sight.DOWN);
    assertThat(new SightState(HealthCheck.tcp()).record(true, MS)).isEqualTo(Sight.up(MS));
  }

  @Test
  void laterRiseAndFallDecide() {
    state.record(true, MS);
    assertThat(state.record(false, MS).isUp()).isTrue();
    assertThat(state.record(false, MS).isUp()).isTrue();
    assertThat(state.record(false, MS).isUp()).isFalse();
    assertThat(state.record(true, MS).isUp()).isFalse();
    assertThat(state.record(true, MS).isUp()).isTrue();
  }

  @Test
  void oneSlowAnswerIsNoNewsAndManyAre() {
    Sight fast = state.record(true, MS);
    assertThat(state.record(true, MS.multipliedBy(2))).isEqualTo(fast);
    for (int i = 0; i < 60; i++) {
      state.record(true, MS.multipliedBy(2));
    }
    assertThat(state.sight().responseClass() - fast.responseClass()).isBetween(3, 4);
  }
}
