package dev.shunt.ops.config;

import java.util.HashMap;
import java.util.Map;

/** Reports what stands in a file a second time. */
final class Uniqueness {

  private final String allowed;
  private final Map<String, Integer> lines = new HashMap<>();

  Uniqueness(String allowed) {
    this.allowed = allowed;
  }

  /**
   * An empty {@code key} was already reported as missing.
   *
   * @return whether it stands there for the first time
   */
  boolean check(String key, Value at) {
    if (key.isEmpty()) {
      return true;
    }
    Integer line = lines.putIfAbsent(key, at.line());
    if (line != null) {
      at.report("'" + Value.printable(key, 60) + "'", allowed + " (line " + line + " has it)");
    }
    return line == null;
  }
}
