package dev.shunt.node;

import java.time.Duration;

/**
 * What existing sessions are promised, at the cost of new ones: while their requests take longer,
 * fewer new sessions are admitted. Each member measures and admits for its own node.
 *
 * @param p99 the time that 99 of 100 of their requests take at most until the response begins, and
 *     the time that requests wait for the node itself
 * @param window over which it is measured, and after which the rate of new sessions changes
 * @param minRate new sessions per second that are admitted however bad things are
 */
public record LatencyGoal(Duration p99, Duration window, int minRate) {

  public static final Duration MIN_P99 = Duration.ofMillis(1);
  public static final Duration MAX_P99 = Duration.ofMinutes(1);
  public static final Duration MIN_WINDOW = Duration.ofMillis(100);
  public static final Duration MAX_WINDOW = Duration.ofMinutes(1);
  public static final Duration USUAL_WINDOW = Duration.ofSeconds(1);
  public static final int MAX_MIN_RATE = 100_000;
  public static final int USUAL_MIN_RATE = 1;

  public LatencyGoal {
    Ranges.check("admission, p99", p99, MIN_P99, MAX_P99);
    Ranges.check("admission, window", window, MIN_WINDOW, MAX_WINDOW);
    Ranges.check("admission, min rate", minRate, 1, MAX_MIN_RATE);
  }

  public static LatencyGoal of(Duration p99) {
    return new LatencyGoal(p99, USUAL_WINDOW, USUAL_MIN_RATE);
  }
}
