package dev.shunt.scheduler;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * The share of a target by its response time: in inverse proportion to it, never less than a
 * {@value #FLOOR_PART}th of the fastest's, so that a slow one goes on being measured and nobody
 * starves; and growing over {@link #SLOW_START} for one that has just come up, whose caches are
 * cold.
 */
final class ResponseShare {

  static final Duration SLOW_START = Duration.ofSeconds(30);

  /** The fastest's share for a configured weight of 1. */
  static final int FULL = 64;

  static final int FLOOR_PART = 16;

  /** Slow start goes in steps, for each makes a new row. */
  private static final int STEPS = 8;

  private ResponseShare() {}

  /** The fastest class there is; 0 where nothing is known. */
  static int fastest(List<OptionalInt> classes) {
    return classes.stream()
        .filter(OptionalInt::isPresent)
        .mapToInt(OptionalInt::getAsInt)
        .min()
        .orElse(0);
  }

  /**
   * @param weight as configured
   * @param responseClass empty: not known yet, and treated like the fastest
   * @param upNanos for how long it has been up
   * @return its weight now, 1 to {@value #FULL} times as much
   */
  static int of(int weight, OptionalInt responseClass, int fastest, long upNanos) {
    int slower = Math.max(0, responseClass.orElse(fastest) - fastest);
    double share = Math.max(1.0 / Sight.slowness(slower), 1.0 / FLOOR_PART) * started(upNanos);
    return (int) Math.max(1, Math.round(weight * FULL * share));
  }

  private static double started(long upNanos) {
    long step = SLOW_START.toNanos() / STEPS;
    return Math.min(STEPS, 1 + upNanos / step) / (double) STEPS;
  }
}
