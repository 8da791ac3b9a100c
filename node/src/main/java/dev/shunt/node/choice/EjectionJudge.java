package dev.shunt.node.choice;

import dev.shunt.node.Ejection;
import java.time.Duration;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Whether one server fails too much of what it gets, and for how long it is ejected then. Pure:
 * told how much it was asked and when; one thread.
 */
public final class EjectionJudge {

  /** Parts of the window; at the end of each, totals are told. */
  public static final int SLICES = 10;

  private static final int JITTER_PERCENT = 10;

  private final Ejection config;
  private final RandomGenerator random;
  private final long[] answered = new long[SLICES];
  private final long[] failed = new long[SLICES];
  private int slice;
  private boolean ejected;
  private int repeats;
  private long untilNanos;
  private long readmittedNanos;

  public EjectionJudge(Ejection config, RandomGenerator random) {
    this.config = config;
    this.random = random;
  }

  public boolean ejected() {
    return ejected;
  }

  /**
   * Takes the totals at the end of a slice of the window.
   *
   * @param answeredTotal well or badly, since the start
   * @param failedTotal of these
   * @return whether too many of the window's requests failed
   */
  public boolean record(long answeredTotal, long failedTotal) {
    long requests = answeredTotal - answered[slice];
    long errors = failedTotal - failed[slice];
    answered[slice] = answeredTotal;
    failed[slice] = failedTotal;
    slice = (slice + 1) % SLICES;
    return !ejected
        && config.errorPercent() > 0
        && requests >= config.minRequests()
        && errors * 100 >= requests * config.errorPercent();
  }

  /** Ejects it; for how long, is told. */
  public Duration eject(long now) {
    long base = config.time().toNanos();
    if (repeats > 0) {
      // Each such time without an ejection makes up for one.
      repeats = (int) Math.max(0, repeats - Math.max(0, now - readmittedNanos) / base);
    }
    repeats++;
    // The first factor is bounded: the product cannot overflow.
    long steps = Math.min(repeats, config.maxTime().toNanos() / base + 1);
    long nanos = Math.min(config.maxTime().toNanos(), steps * base);
    long spread = nanos * JITTER_PERCENT / 100;
    nanos += random.nextLong(2 * spread + 1) - spread;
    ejected = true;
    untilNanos = now + nanos;
    return Duration.ofNanos(nanos);
  }

  /** Whether it is ejected and its time is over. */
  public boolean isDue(long now) {
    return ejected && now - untilNanos >= 0;
  }

  /** Lets it in again: what it did before is no longer held against it. */
  public void readmit(long now, long answeredTotal, long failedTotal) {
    ejected = false;
    readmittedNanos = now;
    Arrays.fill(answered, answeredTotal);
    Arrays.fill(failed, failedTotal);
  }
}
