package dev.shunt.node.choice;

/**
 * How long something takes, sensitive to peaks: a longer time counts at once, shorter ones as an
 * exponentially weighted moving average over time (Finagle's peak EWMA). Without news it decays, so
 * that what was slow once is tried again. One thread.
 */
public final class PeakEwma {

  private static final double DECAY_NANOS = 3e9;

  private double average;
  private long at;
  private boolean measured;

  public boolean measured() {
    return measured;
  }

  public void record(long nanos, long now) {
    if (!measured) {
      measured = true;
      average = nanos;
    } else {
      double old = kept(now);
      double decayed = average * old;
      average = nanos > decayed ? nanos : average * old + nanos * (1 - old);
    }
    at = now;
  }

  /** In nanoseconds, 0 as long as nothing is known. */
  public double value(long now) {
    return average * kept(now);
  }

  private double kept(long now) {
    return Math.exp(-Math.max(0, now - at) / DECAY_NANOS);
  }
}
