package dev.shunt.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.HealthCheck;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HealthStateTest {

  private static final HealthCheck CHECK =
      HealthCheck.tcp().every(Duration.ofSeconds(2), Duration.ofSeconds(1), 2, 3);

  @Test
  void aServerGoesDownAfterFallFailuresInARow() {
    HealthState state = new HealthState(CHECK);
    assertThat(state.up()).isTrue();
    assertThat(results(state, false, false)).containsOnly(false);
    assertThat(results(state, true, false, false)).as("the row was broken").containsOnly(false);
    assertThat(state.record(false)).isTrue();
    assertThat(state.up()).isFalse();
  }

  @Test
  void aServerComesUpAfterRiseSuccessesInARow() {
    HealthState state = new HealthState(CHECK);
    assertThat(results(state, false, false, false)).containsExactly(false, false, true);
    assertThat(results(state, true, false, true)).containsOnly(false);
    assertThat(state.record(true)).isTrue();
    assertThat(state.up()).isTrue();
    assertThat(results(state, true, true, false, false)).containsOnly(false);
  }

  private static Stream<Boolean> results(HealthState state, Boolean... successes) {
    return Stream.of(successes).map(state::record).toList().stream();
  }

  @Test
  void checksAreSpreadByATenthOfTheInterval() {
    HealthState state = new HealthState(CHECK);
    Random random = new Random(7);
    Duration[] delays =
        Stream.generate(() -> state.nextDelay(random)).limit(1000).toArray(Duration[]::new);
    assertThat(delays)
        .allMatch(d -> d.compareTo(Duration.ofMillis(1800)) >= 0)
        .allMatch(d -> d.compareTo(Duration.ofMillis(2200)) <= 0)
        .anyMatch(d -> d.compareTo(Duration.ofMillis(1900)) < 0)
        .anyMatch(d -> d.compareTo(Duration.ofMillis(2100)) > 0);
    assertThat(state.firstDelay(random)).isLessThanOrEqualTo(Duration.ofMillis(500));
  }
}
