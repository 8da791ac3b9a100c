package dev.shunt.cluster.local;

import dev.shunt.cluster.Ticker;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Says whether a complaint may be logged: the same one once a minute, and only so many different
 * ones. Thread-safe, bounded.
 */
public final class OncePerMinute {

  /** How many different complaints a minute has room for; all others are not made. */
  public static final int MAX_DIFFERENT = 64;

  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final Ticker ticker;
  private final Map<String, Long> madeAt = new HashMap<>();

  public OncePerMinute() {
    this(Ticker.system());
  }

  public OncePerMinute(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Whether nobody complained of it within the last minute; this call counts as doing so. */
  public synchronized boolean mayComplain(String what) {
    long now = ticker.nanos();
    Long before = madeAt.get(what);
    if (before == null && madeAt.size() >= MAX_DIFFERENT) {
      madeAt.values().removeIf(instant -> now - instant >= MINUTE);
      if (madeAt.size() >= MAX_DIFFERENT) {
        return false;
      }
    }
    if (before != null && now - before < MINUTE) {
      return false;
    }
    madeAt.put(what, now);
    return true;
  }
}
