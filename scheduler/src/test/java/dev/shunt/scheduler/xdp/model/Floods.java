package dev.shunt.scheduler.xdp.model;

import java.util.HashMap;
import java.util.Map;

/**
 * How many connections each service is asked for, by its index: counted in quarters of a second, by
 * sixteens. A flood begins with the packet that passes the limit, and is over when two seconds have
 * gone by with no more than half of it.
 */
final class Floods {

  private static final int BATCH = 16;
  private static final int QUARTER_SHIFT = 28;
  private static final int CALM = 8;

  private static final class Count {
    int pending;
    long window;
    long count;
    long loud;

    boolean isFlood(long now) {
      return loud != 0 && now - loud < CALM;
    }
  }

  private final Map<Integer, Count> counts = new HashMap<>();

  /** One connection more; whether this is a flood. */
  boolean add(ModelService service, long nanos) {
    Count count = counts.computeIfAbsent(service.index(), _ -> new Count());
    long now = nanos >>> QUARTER_SHIFT;
    if (++count.pending == BATCH) {
      count.pending = 0;
      if (count.window != now) {
        count.window = now;
        count.count = 0;
      }
      count.count += BATCH;
      int limit = service.cookies().floodFrom() / 4;
      if (count.count > (count.isFlood(now) ? limit / 2 : limit)) {
        count.loud = now;
      }
    }
    return count.isFlood(now);
  }
}
