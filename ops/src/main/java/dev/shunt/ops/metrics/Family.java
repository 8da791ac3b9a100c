package dev.shunt.ops.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A metric of the array, with or without labels.
 *
 * @param name by the conventions of Prometheus, base units included; a counter's without {@code
 *     _total}, which the text gets by itself
 * @param counter whether it only grows (since the start of what counts it)
 * @param help a sentence
 */
record Family(String name, boolean counter, String help) {

  static Family gauge(String name, String help) {
    return new Family(name, false, help);
  }

  static Family counter(String name, String help) {
    return new Family(name, true, help);
  }

  /** The name in the Dropwizard registry: {@code name{key=value,key=value}}, keys in order. */
  String series(Map<String, String> labels) {
    if (labels.isEmpty()) {
      return name;
    }
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(l -> l.getKey() + "=" + clean(l.getValue()))
            .collect(Collectors.joining(",", name + "{", "}"));
  }

  /** The separators of a series' name cannot stand in its values. */
  private static String clean(String value) {
    return value.replace(',', '_').replace('=', '_').replace('{', '_').replace('}', '_');
  }
}
