package dev.shunt.node.health;

import dev.shunt.node.HealthCheck;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Whether one server works, as far as its checks tell: {@code rise} successes in a row bring it up,
 * {@code fall} failures in a row take it down. Pure: told what happened, and when to check next.
 */
public final class HealthState {

  private final HealthCheck check;
  private boolean up = true;
  private int streak;

  /** A server that is taken to work until checks say otherwise. */
  public HealthState(HealthCheck check) {
    this.check = check;
  }

  public boolean up() {
    return up;
  }

  /** It does not work, whatever was seen before. */
  void down() {
    up = false;
    streak = 0;
  }

  /** Takes a result; true when the server thereby came up or went down. */
  public boolean record(boolean success) {
    if (success == up) {
      streak = 0;
      return false;
    }
    streak++;
    if (streak < (up ? check.fall() : check.rise())) {
      return false;
    }
    up = success;
    streak = 0;
    return true;
  }

  /** How long to wait before the next check: the interval, spread so that checks do not bunch. */
  public Duration nextDelay(RandomGenerator random) {
    long interval = check.interval().toNanos();
    long spread = interval * HealthCheck.JITTER_PERCENT / 100;
    return Duration.ofNanos(interval - spread + random.nextLong(2 * spread + 1));
  }

  /** How long to wait before the first check: not long, and not all at once. */
  public Duration firstDelay(RandomGenerator random) {
    return Duration.ofNanos(random.nextLong(check.interval().toNanos() / 4 + 1));
  }
}
