package dev.shunt.node.choice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.node.LatencyGoal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Single steps of the control; {@link AdmissionSimulationTest} has it control something. */
class AdmissionControlTest {

  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private final AdmissionControl control =
      new AdmissionControl(new LatencyGoal(Duration.ofMillis(100), LatencyGoal.USUAL_WINDOW, 5));

  @Test
  void allAreAdmittedAsLongAsTheGoalIsReached() {
    for (int i = 0; i < 10; i++) {
      control.look(99 * MILLI, false, 1000, 1000);
      control.look(AdmissionControl.UNKNOWN, true, 0, 0);
      assertThat(control.limiting()).isFalse();
    }
  }

  @Test
  void aMissedGoalCutsAndTheNextWindowIsLeftToShowIt() {
    control.look(125 * MILLI, false, 100, 100);
    assertThat(control.limiting()).isTrue();
    assertThat(control.rate()).isEqualTo(80);
    control.look(125 * MILLI, false, 100, 80);
    assertThat(control.rate()).isEqualTo(80);
    control.look(101 * MILLI, false, 100, 80);
    assertThat(control.rate()).isEqualTo(64);
    control.look(70 * MILLI, false, 100, 64);
    assertThat(control.rate()).as("near the goal").isEqualTo(64);
    control.look(64 * MILLI, false, 100, 64);
    assertThat(control.rate()).isEqualTo(69);
  }

  @Test
  void theRateNeverSinksBelowItsMinimumAndRecoversFromThere() {
    for (int i = 0; i < 40; i++) {
      control.look(10_000 * MILLI, false, 100, Math.min(100, control.rate()));
    }
    assertThat(control.rate()).isEqualTo(5);
    control.look(AdmissionControl.UNKNOWN, true, 100, 5);
    assertThat(control.rate()).as("nothing is answered at all").isEqualTo(5);
    int windows = 0;
    while (control.limiting() && windows < 100) {
      control.look(10 * MILLI, false, 100, Math.min(100, control.rate()));
      windows++;
    }
    assertThat(windows).isBetween(15, 30);
  }

  @Test
  void aLimitEndsOnlyAfterSomeWindowsInWhichItHeldNobodyBack() {
    control.look(200 * MILLI, false, 100, 100);
    control.look(50 * MILLI, false, 10, 10);
    control.look(50 * MILLI, false, 200, 60);
    control.look(50 * MILLI, false, 10, 10);
    control.look(50 * MILLI, false, 10, 10);
    assertThat(control.limiting()).isTrue();
    control.look(50 * MILLI, false, 10, 10);
    assertThat(control.limiting()).isFalse();
  }

  @Test
  void aGateLetsThroughWhatItsRateSaysAndAShortBurst() {
    RateGate gate = new RateGate();
    assertThat(gate.admits(0)).isTrue();
    gate.limit(100, 0);
    int admitted = 0;
    for (long now = 0; now < TimeUnit.SECONDS.toNanos(10); now += MILLI) {
      admitted += gate.admits(now) ? 1 : 0;
    }
    assertThat(admitted).isBetween(1000, 1012);
    gate.open();
    for (int i = 0; i < 100; i++) {
      assertThat(gate.admits(0)).isTrue();
    }
  }
}
