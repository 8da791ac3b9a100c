package dev.shunt.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.ops.bench.FailoverRow.Spread;
import dev.shunt.ops.lab.Deliveries;
import dev.shunt.ops.lab.FailoverFault;
import dev.shunt.ops.lab.FailoverTrial.Seen;
import dev.shunt.ops.lab.SessionLosses;
import dev.shunt.ops.lab.SessionLosses.Age;
import dev.shunt.ops.lab.SessionLosses.Count;
import dev.shunt.ops.lab.Waits;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailoverTallyTest {

  private static final Waits QUIET = new Waits(0.1, 0, 100, 0, true);

  @Test
  void aRowIsOverAllRuns() {
    FailoverTally tally = new FailoverTally("", FailoverFault.KILL);
    for (int i = 1; i <= 101; i++) {
      tally.add(seen(i / 100.0, 0, 500));
    }
    FailoverRow row = tally.row();

    assertThat(row.name()).isEqualTo("kill");
    assertThat(row.runs()).isEqualTo(101);
    assertThat(List.of(row.median(), row.p99(), row.max())).isEqualTo(List.of(0.51, 1.0, 1.01));
    assertThat(row.delivered()).isEqualTo(new Spread(0.51, 1.0, 1.01));
    assertThat(row.opened()).isEqualTo(new Spread(500, 500, 500));
    assertThat(row.sessions()).isEqualTo(1_010);
    assertThat(row.lostOnStruck()).isEqualTo(505);
    assertThat(row.sessionsByAge()).containsEntry("below_10ms", 1_010).containsEntry("older", 0);
    assertThat(row.ok()).isTrue();
  }

  @Test
  void oneLongBlackoutOneLostSessionOrOneRunWithoutResultBreakTheLimit() {
    FailoverTally slow = new FailoverTally("", FailoverFault.CUT);
    slow.add(seen(200, 0, 200));
    assertThat(slow.row().ok()).isTrue();
    assertThat(slow.good(seen(601, 0, 200))).isFalse();
    slow.add(seen(601, 0, 200));
    assertThat(slow.row().ok()).isFalse();

    FailoverTally lossy = new FailoverTally("", FailoverFault.CUT);
    lossy.add(seen(200, 1, 200));
    assertThat(lossy.row().sessionsLost()).isEqualTo(1);
    assertThat(lossy.row().lostByAge()).containsEntry("below_10ms", 1);
    assertThat(lossy.row().ok()).isFalse();

    FailoverTally failing = new FailoverTally("", FailoverFault.CUT);
    failing.add(seen(200, 0, 200));
    failing.failed();
    assertThat(failing.done()).isEqualTo(2);
    assertThat(failing.row().ok()).isFalse();
  }

  @Test
  void aRunInWhichNothingWasAskedIsNotGood() {
    FailoverTally tally = new FailoverTally("", FailoverFault.KILL);
    assertThat(tally.good(seen(new Waits(0, 0, 0, 0, true), 0, QUIET))).isFalse();
    assertThat(tally.good(seen(new Waits(1, 0, 5, 1, false), 0, QUIET))).isFalse();
  }

  @Test
  void ofAPeerNewConnectionsCountAndAllSessionsForNoneAreElsewhere() {
    FailoverTally tally = new FailoverTally("keepalived-1s", FailoverFault.CUT);
    tally.add(seen(0.5, 0, 3_000));
    FailoverRow row = tally.row();

    assertThat(row.name()).isEqualTo("keepalived-1s/cut");
    assertThat(row.read()).isEqualTo("opened");
    assertThat(row.median()).isEqualTo(3_000);
    assertThat(row.delivered()).isNull();
    assertThat(row.sessionsLost()).isEqualTo(5);
    assertThat(row.sessions()).isEqualTo(15);
    assertThat(row.ok()).isNull();
  }

  @Test
  void anEstimateIsNeverLongerThanTheTimeThatIsAllowed() {
    assertThat(plan(100, Duration.ofDays(1)).estimate()).isGreaterThan(Duration.ofHours(1));
    assertThat(plan(100, Duration.ofMinutes(10)).estimate()).isEqualTo(Duration.ofMinutes(10));
  }

  private static FailoverBench.Plan plan(int runs, Duration limit) {
    return new FailoverBench.Plan("x", EnumSet.allOf(FailoverFault.class), runs, 0, 1, limit);
  }

  private static Seen seen(double delivered, int lost, double opened) {
    return seen(new Waits(delivered, 0, 100, 0, true), lost, new Waits(opened, 0, 100, 0, true));
  }

  private static Seen seen(Waits delivered, int lost, Waits opened) {
    return new Seen(
        "m1",
        100,
        delivered,
        QUIET,
        opened,
        0,
        0,
        QUIET,
        QUIET,
        new Deliveries.Seen(10, 0, 0.1),
        new SessionLosses(
            Map.of(Age.YOUNG, new Count(10, lost)), Map.of(Age.OLD, new Count(5, 5)), 0),
        0,
        List.of());
  }
}
