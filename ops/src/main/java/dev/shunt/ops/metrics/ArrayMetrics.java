package dev.shunt.ops.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jvm.GarbageCollectorMetricSet;
import com.codahale.metrics.jvm.MemoryUsageGaugeSet;
import com.codahale.metrics.jvm.ThreadStatesGaugeSet;
import dev.shunt.cluster.Ticker;
import dev.shunt.ops.admin.ArrayControl;
import dev.shunt.ops.admin.ControlException;
import dev.shunt.ops.admin.model.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Keeps a Dropwizard registry in step with what the array says of itself.
 *
 * <p>The array is asked at most once a {@link #MAX_AGE}, whoever reads: a scrape, JMX, or both.
 * Series appear when they are first seen (a new outcome, a new server) up to {@link #MAX_SERIES};
 * one that is no longer seen reads 0. Thread-safe.
 */
public final class ArrayMetrics {

  /** Bound of the number of series; those beyond are counted in one of their own. */
  public static final int MAX_SERIES = 10_000;

  static final Duration MAX_AGE = Duration.ofMillis(500);

  private final MetricRegistry registry;
  private final ArrayControl array;
  private final Ticker ticker;
  private final Set<String> registered = new HashSet<>();
  private final Set<String> dropped = new HashSet<>();
  private Map<Samples.Series, Number> latest = Map.of();
  private long takenNanos;
  private boolean taken;

  public ArrayMetrics(MetricRegistry registry, ArrayControl array, Ticker ticker) {
    this.registry = registry;
    this.array = array;
    this.ticker = ticker;
    registry.register("jvm.memory", new MemoryUsageGaugeSet());
    registry.register("jvm.gc", new GarbageCollectorMetricSet());
    registry.register("jvm.threads", new ThreadStatesGaugeSet());
    registry.register(Families.SERIES_DROPPED.name(), (Gauge<Integer>) this::dropped);
  }

  /** Asks the array, unless it was asked just now, and registers series that are new. */
  public synchronized void refresh() {
    if (taken && ticker.nanos() - takenNanos < MAX_AGE.toNanos()) {
      return;
    }
    latest = samples();
    takenNanos = ticker.nanos();
    taken = true;
    latest.keySet().forEach(this::register);
  }

  private Map<Samples.Series, Number> samples() {
    Status status = array.status();
    try {
      return Samples.of(status, array.services(), array.caches());
    } catch (ControlException _) {
      return Samples.of(status); // a witness has neither
    }
  }

  private synchronized int dropped() {
    return dropped.size();
  }

  private void register(Samples.Series series) {
    if (registered.contains(series.name())) {
      return;
    }
    if (registered.size() >= MAX_SERIES) {
      if (dropped.size() < MAX_SERIES) {
        dropped.add(series.name());
      }
      return;
    }
    registered.add(series.name());
    if (series.family().counter()) {
      registry.register(series.name(), new SeriesCounter(series));
    } else {
      registry.register(series.name(), (Gauge<Number>) () -> value(series));
    }
  }

  private synchronized Number value(Samples.Series series) {
    refresh();
    return latest.getOrDefault(series, 0);
  }

  /** A counter that somebody else counts. */
  private final class SeriesCounter extends Counter {

    private final Samples.Series series;

    SeriesCounter(Samples.Series series) {
      this.series = series;
    }

    @Override
    public long getCount() {
      return value(series).longValue();
    }
  }
}
