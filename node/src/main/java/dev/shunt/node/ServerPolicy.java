package dev.shunt.node;

import java.time.Duration;
import java.util.Optional;

/**
 * How servers and sessions are protected when something fails or is new.
 *
 * @param slowStart for how long the share of a server grows that has come back; zero: it has its
 *     whole share at once
 * @param retries which requests are sent again
 * @param ejection when a server that fails requests gets none; absent: never
 * @param goal what existing sessions are promised at the cost of new ones; absent: nothing
 */
public record ServerPolicy(
    Duration slowStart, Retries retries, Optional<Ejection> ejection, Optional<LatencyGoal> goal) {

  public static final Duration MAX_SLOW_START = Duration.ofHours(1);
  public static final ServerPolicy DEFAULT =
      new ServerPolicy(Duration.ZERO, Retries.DEFAULT, Optional.empty(), Optional.empty());

  public ServerPolicy {
    Ranges.check("slow start", slowStart, Duration.ZERO, MAX_SLOW_START);
  }

  public ServerPolicy withSlowStart(Duration changed) {
    return new ServerPolicy(changed, retries, ejection, goal);
  }

  public ServerPolicy with(Retries changed) {
    return new ServerPolicy(slowStart, changed, ejection, goal);
  }

  public ServerPolicy with(Ejection changed) {
    return new ServerPolicy(slowStart, retries, Optional.of(changed), goal);
  }

  public ServerPolicy with(LatencyGoal changed) {
    return new ServerPolicy(slowStart, retries, ejection, Optional.of(changed));
  }
}
