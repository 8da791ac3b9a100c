package dev.shunt.cluster.local;

import dev.shunt.cluster.Ticker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Says whether a complaint may be logged: the same one once a minute. Thread-safe, bounded. */
public final class OncePerMinute {

  /** Bound on the complaints remembered; the one made longest ago is forgotten. */
  static final int MAX_REMEMBERED = 256;

  private final Ticker ticker;
  private final Map<String, Long> last =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  public OncePerMinute() {
    this(Ticker.system());
  }

  public OncePerMinute(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Whether nobody complained of it within the last minute; this call counts as doing so. */
  public synchronized boolean mayComplain(String what) {
    long now = ticker.nanos();
    Long before = last.get(what);
    if (before != null && now - before < TimeUnit.MINUTES.toNanos(1)) {
      return false;
    }
    last.remove(what);
    last.put(what, now);
    return true;
  }
}
