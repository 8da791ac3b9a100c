package dev.shunt.node.choice;

import dev.shunt.node.LatencyGoal;

/**
 * How many new sessions are admitted, in steps of a window: less by a factor while existing
 * sessions miss their goal, then more by equal steps (AIMD), and as many as come when that has been
 * well for a while. Pure; one thread.
 */
public final class AdmissionControl {

  /** Tells that nothing was measured. */
  public static final long UNKNOWN = -1;

  /** Between this part of the goal and the goal the rate stays as it is. */
  private static final double COMFORT = 0.65;

  private static final double DEEPEST_CUT = 0.5;
  private static final double SLIGHTEST_CUT = 0.8;

  /** Part of the rate at the beginning of a shortage that each step back adds. */
  private static final double STEP = 0.02;

  /** After a cut, what was admitted before it is still under way: so many windows show it. */
  private static final int SETTLING = 1;

  /** Windows in which as many came as may, until all may. */
  private static final int CALM = 3;

  private final double goalNanos;
  private final double minRate;
  private boolean limiting;
  private double rate;
  private double step;
  private int settling;
  private int calm;

  public AdmissionControl(LatencyGoal goal) {
    this.goalNanos = goal.p99().toNanos();
    this.minRate = goal.minRate();
  }

  public boolean limiting() {
    return limiting;
  }

  /** New sessions per second, while there is a limit. */
  public double rate() {
    return rate;
  }

  /**
   * A window is over.
   *
   * @param p99Nanos of existing sessions' requests, or {@link #UNKNOWN}
   * @param stuck whether requests wait though nothing was answered
   * @param offered new sessions per second that came
   * @param admitted of these
   */
  public void look(long p99Nanos, boolean stuck, double offered, double admitted) {
    if (p99Nanos > goalNanos) {
      missed(p99Nanos, admitted);
    } else {
      settling = 0;
      boolean well = p99Nanos == UNKNOWN ? !stuck : p99Nanos <= COMFORT * goalNanos;
      if (limiting && well) {
        recover(offered);
      } else {
        calm = 0;
      }
    }
  }

  private void missed(long p99Nanos, double admitted) {
    calm = 0;
    if (settling > 0) {
      settling--;
      return;
    }
    double cut = Math.clamp(goalNanos / p99Nanos, DEEPEST_CUT, SLIGHTEST_CUT);
    if (!limiting) {
      limiting = true;
      rate = Math.max(minRate, admitted);
      step = Math.max(minRate, STEP * rate);
    }
    rate = Math.max(minRate, Math.min(rate, admitted) * cut);
    settling = SETTLING;
  }

  private void recover(double offered) {
    rate += step;
    calm = offered <= rate ? calm + 1 : 0;
    if (calm == CALM) {
      limiting = false;
      calm = 0;
    }
  }
}
