package dev.shunt.node.http;

import dev.shunt.node.Meters;
import dev.shunt.node.StageStats;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** What the stages of one service told to be read. Thread-safe. */
final class StageMeters implements Meters {

  /** Of one service; more are an error of a stage. */
  private static final int MAX_METERS = 1024;

  private final Map<String, LongSupplier> counters = new ConcurrentHashMap<>();
  private final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();

  @Override
  public void counter(String name, LongSupplier value) {
    // A stage that stands there twice counts together.
    LongSupplier other = counters.remove(name);
    add(counters, name, other == null ? value : () -> other.getAsLong() + value.getAsLong());
  }

  @Override
  public void gauge(String name, LongSupplier value) {
    add(gauges, name, value);
  }

  StageStats read() {
    return new StageStats(read(counters), read(gauges));
  }

  private static SortedMap<String, Long> read(Map<String, LongSupplier> meters) {
    SortedMap<String, Long> values = new TreeMap<>();
    meters.forEach((name, value) -> values.put(name, value.getAsLong()));
    return values;
  }

  private static void add(Map<String, LongSupplier> meters, String name, LongSupplier value) {
    if (meters.size() >= MAX_METERS || meters.putIfAbsent(name, value) != null) {
      throw new IllegalArgumentException(
          "meter '%s': allowed are %d, each name once; a stage stands in a service once"
              .formatted(name, MAX_METERS));
    }
  }
}
