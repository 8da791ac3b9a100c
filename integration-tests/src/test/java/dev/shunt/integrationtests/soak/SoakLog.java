package dev.shunt.integrationtests.soak;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What came of the load, by its kind. Thread-safe. */
final class SoakLog {

  private static final int MAX_EXAMPLES = 20;

  private final Map<String, LongAdder> right = new ConcurrentSkipListMap<>();
  private final Map<String, LongAdder> failed = new ConcurrentSkipListMap<>();
  private final Map<String, LongAdder> failures = new ConcurrentSkipListMap<>();
  private final Map<String, String> wrong = new ConcurrentHashMap<>();

  void right(String kind, long count) {
    right.computeIfAbsent(kind, _ -> new LongAdder()).add(count);
  }

  /** No answer, or one that says that there is none: servers are restarted all the time. */
  void failed(String kind, long count, String why) {
    failed.computeIfAbsent(kind, _ -> new LongAdder()).add(count);
    if (failures.size() < MAX_EXAMPLES || failures.containsKey(kind + ": " + why)) {
      failures.computeIfAbsent(kind + ": " + why, _ -> new LongAdder()).add(count);
    }
  }

  /** An answer that is not the question's. */
  void wrong(String kind, String what) {
    if (wrong.size() < MAX_EXAMPLES) {
      wrong.put(kind + ": " + what, kind);
    }
  }

  Map<String, String> wrong() {
    return wrong;
  }

  long rightOf(String kind) {
    LongAdder count = right.get(kind);
    return count == null ? 0 : count.sum();
  }

  /** Of all, how many were not answered. */
  double failedPart() {
    double lost = failed.values().stream().mapToLong(LongAdder::sum).sum();
    return lost / (lost + right.values().stream().mapToLong(LongAdder::sum).sum());
  }

  String table() {
    StringBuilder text = new StringBuilder("%-12s %12s %8s%n".formatted("load", "right", "failed"));
    Map<String, LongAdder> kinds = new TreeMap<>(right);
    failed.forEach(kinds::putIfAbsent);
    for (String kind : kinds.keySet()) {
      LongAdder lost = failed.get(kind);
      text.append(
          "%-12s %,12d %8d%n".formatted(kind, rightOf(kind), lost == null ? 0 : lost.sum()));
    }
    failures.forEach((what, count) -> text.append("  %6d of %s%n".formatted(count.sum(), what)));
    return text.toString();
  }
}
