package dev.shunt.node.cache;

import dev.shunt.node.CacheStats;
import dev.shunt.node.Meters;
import java.util.concurrent.atomic.LongAdder;

/** What became of requests and responses. For many threads. */
final class CacheCounters {

  /** What became of a request. */
  enum Outcome {
    HIT,
    VALIDATED,
    COLLAPSED,
    STALE,
    MISS,
    BYPASSED
  }

  private final LongAdder hits = new LongAdder();
  private final LongAdder validated = new LongAdder();
  private final LongAdder collapsed = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder bypassed = new LongAdder();
  private final LongAdder stored = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder evicted = new LongAdder();
  private final LongAdder purged = new LongAdder();

  void count(Outcome outcome) {
    switch (outcome) {
      case HIT -> hits.increment();
      case VALIDATED -> validated.increment();
      case COLLAPSED -> collapsed.increment();
      case STALE -> stale.increment();
      case MISS -> misses.increment();
      case BYPASSED -> bypassed.increment();
    }
  }

  void stored() {
    stored.increment();
  }

  void refused() {
    refused.increment();
  }

  void evicted(int responses) {
    evicted.add(responses);
  }

  void purged(int responses) {
    purged.add(responses);
  }

  CacheStats read(long entries, long bytes, long mostBytes) {
    return new CacheStats(
        hits.sum(),
        validated.sum(),
        collapsed.sum(),
        stale.sum(),
        misses.sum(),
        bypassed.sum(),
        stored.sum(),
        refused.sum(),
        evicted.sum(),
        purged.sum(),
        entries,
        bytes,
        mostBytes);
  }

  /** Tells what was counted. */
  void tell(Meters meters) {
    meters.counter("cache_hits", hits::sum);
    meters.counter("cache_validated", validated::sum);
    meters.counter("cache_collapsed", collapsed::sum);
    meters.counter("cache_stale", stale::sum);
    meters.counter("cache_misses", misses::sum);
    meters.counter("cache_bypassed", bypassed::sum);
    meters.counter("cache_stored", stored::sum);
    meters.counter("cache_refused", refused::sum);
    meters.counter("cache_evicted", evicted::sum);
    meters.counter("cache_purged", purged::sum);
  }
}
