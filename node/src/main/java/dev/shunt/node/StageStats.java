package dev.shunt.node;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the stages of a service tell of themselves, by name.
 *
 * @param counters grow since the start
 * @param gauges as they are now
 */
public record StageStats(SortedMap<String, Long> counters, SortedMap<String, Long> gauges) {

  public static final StageStats NONE = new StageStats(new TreeMap<>(), new TreeMap<>());

  public StageStats {
    counters = Collections.unmodifiableSortedMap(new TreeMap<>(counters));
    gauges = Collections.unmodifiableSortedMap(new TreeMap<>(gauges));
  }
}
