package dev.shunt.scheduler.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.Sight;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ShedControlTest {

  private static final Duration LIMIT = Duration.ofMillis(200);
  private static final int ALL = 1_000;

  private final ShedControl control = new ShedControl(LIMIT);

  @Test
  void aFastServiceRefusesNobody() {
    steps(100, Duration.ofMillis(100));
    assertThat(control.refused(ALL)).isZero();
  }

  @Test
  void aSlowServiceRefusesMoreAndMoreButNeverEverything() {
    control.step(Optional.of(LIMIT.multipliedBy(10)));
    assertThat(control.refused(ALL)).isEqualTo(200);
    control.step(Optional.of(LIMIT.multipliedBy(10)));
    assertThat(control.refused(ALL)).isEqualTo(360);
    steps(1_000, LIMIT.multipliedBy(1_000));
    // A sixteenth is left.
    assertThat(control.refused(ALL)).isEqualTo(938);
  }

  @Test
  void aServiceThatIsALittleTooSlowRefusesALittle() {
    control.step(Optional.of(Duration.ofMillis(210)));
    assertThat(control.refused(ALL)).isEqualTo(48);
  }

  @Test
  void justBelowTheLimitNothingChanges() {
    steps(3, LIMIT.multipliedBy(10));
    int refused = control.refused(ALL);
    steps(100, LIMIT.minusMillis(20));
    assertThat(control.refused(ALL)).isEqualTo(refused);
  }

  @Test
  void itRecoversSlowlyAndWholly() {
    steps(1_000, LIMIT.multipliedBy(10));
    int worst = control.refused(ALL);
    steps(1, Duration.ofMillis(1));
    assertThat(worst - control.refused(ALL)).isBetween(15, 16);
    steps(ShedControl.RECOVERY_STEPS, Duration.ofMillis(1));
    assertThat(control.refused(ALL)).isZero();
  }

  @Test
  void whatIsNotMeasuredIsTakenToBeFast() {
    steps(1_000, LIMIT.multipliedBy(10));
    for (int i = 0; i < ShedControl.RECOVERY_STEPS; i++) {
      control.step(Optional.empty());
    }
    assertThat(control.refused(ALL)).isZero();
  }

  /** Twice as many clients as the service can bear, measured late and in classes. */
  @Test
  void underSteadyOverloadItSettlesNearTheLimit() {
    Served served = new Served();
    double slowest = 0;
    double sum = 0;
    int refused = 0;
    for (int second = 0; second < 600; second++) {
      control.step(Optional.of(served.after(2.0 * (ALL - control.refused(ALL)) / ALL)));
      if (second >= 300) {
        slowest = Math.max(slowest, served.nanos);
        sum += served.nanos;
        refused = Math.max(refused, control.refused(ALL));
      }
    }
    assertThat(sum / 300).isLessThan(1.25 * LIMIT.toNanos());
    assertThat(slowest).isLessThan(2.0 * LIMIT.toNanos());
    assertThat(refused).isLessThan(850);
    assertThat(served.nanos).isGreaterThan(0.3 * LIMIT.toNanos());
  }

  /** A queue at one server that takes 20 ms; what is told of it is an average of the last looks. */
  private static final class Served {
    private double nanos = 20e6;

    Duration after(double load) {
      double now = 20e6 / Math.max(0.01, 1 - load);
      nanos += (now - nanos) / 5;
      return Sight.responseTime(Sight.up(Duration.ofNanos((long) nanos)).responseClass());
    }
  }

  private void steps(int count, Duration measured) {
    for (int i = 0; i < count; i++) {
      control.step(Optional.of(measured));
    }
  }
}
