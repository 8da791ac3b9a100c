package dev.shunt.node.health;

import dev.shunt.node.HealthCheck;
import dev.shunt.scheduler.Sight;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What is seen of a direct server: nothing before its first check, then whether it works and how
 * long it takes to answer. Pure.
 *
 * <p>The time is a moving average over some ten checks, and told in classes; a change to the next
 * class alone is not told, so that one on the border makes no noise.
 */
public final class SightState {

  private static final int AVERAGED = 10;
  private static final int NEWS = 2;

  private final HealthState health;
  private boolean checked;
  private double nanos;
  private Sight sight = Sight.UNKNOWN;

  public SightState(HealthCheck check) {
    health = new HealthState(check);
  }

  public Sight sight() {
    return sight;
  }

  /**
   * Takes the result of a check. The first alone decides, the later ones as the check's rise and
   * fall say.
   *
   * @param took how long it took, if it succeeded
   * @return what is seen from now on
   */
  public Sight record(boolean success, Duration took) {
    boolean first = !checked;
    checked = true;
    health.record(success);
    if (first && !success) {
      health.down();
    }
    if (success) {
      nanos = first || nanos == 0 ? took.toNanos() : nanos + (took.toNanos() - nanos) / AVERAGED;
    }
    sight = health.up() ? up() : Sight.DOWN;
    return sight;
  }

  private Sight up() {
    Sight now = Sight.up(Duration.ofNanos((long) nanos));
    boolean near = sight.isUp() && Math.abs(now.responseClass() - sight.responseClass()) < NEWS;
    return near ? sight : now;
  }

  /** How long to wait before the next check. */
  Duration nextDelay(RandomGenerator random) {
    return health.nextDelay(random);
  }

  /** How long to wait before the first one. */
  Duration firstDelay(RandomGenerator random) {
    return health.firstDelay(random);
  }
}
