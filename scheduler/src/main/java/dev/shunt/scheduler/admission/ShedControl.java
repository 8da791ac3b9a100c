package dev.shunt.scheduler.admission;

import java.time.Duration;
import java.util.Optional;

/**
 * Which part of a service's new sessions is admitted, by the response time that those it has get: a
 * closed loop, stepped once a {@link #PERIOD}.
 *
 * <p>Too slow: the admitted part shrinks in proportion, by a fifth a step at most, for what is
 * measured is an average that lags behind. Well below the limit: it grows by a {@value
 * #RECOVERY_STEPS}th of all, so that what was refused does not come back at once. In between it
 * stays. Never less than a {@value #LEAST_PART}th is admitted: without new sessions nothing might
 * ever be measured again. Used by one thread.
 */
final class ShedControl {

  static final Duration PERIOD = Duration.ofSeconds(1);

  /** Of the new sessions, one in so many is admitted however slow the service is. */
  static final int LEAST_PART = 16;

  /** From nothing to all in so many steps. */
  static final int RECOVERY_STEPS = 64;

  private static final double LEAST = 1.0 / LEAST_PART;
  private static final double SHRINK = 0.8;

  /** Response times are told in classes, a fifth apart: less than one class below is no room. */
  private static final double ROOM = 0.8;

  private final double limitNanos;
  private double admitted = 1;

  ShedControl(Duration limit) {
    limitNanos = limit.toNanos();
  }

  /**
   * @param measured empty where nothing was measured lately
   */
  void step(Optional<Duration> measured) {
    double part = measured.map(Duration::toNanos).orElse(0L) / limitNanos;
    if (part > 1) {
      admitted = Math.max(LEAST, admitted * Math.max(SHRINK, 1 / part));
    } else if (part < ROOM) {
      admitted = Math.min(1, admitted + 1.0 / RECOVERY_STEPS);
    }
  }

  /** How many of {@code all} new sessions are refused. */
  int refused(int all) {
    return (int) Math.round(all * (1 - admitted));
  }
}
