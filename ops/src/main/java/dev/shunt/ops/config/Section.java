package dev.shunt.ops.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping of the file, read key by key; what nobody asked for is an unknown key.
 *
 * <p>Every problem is reported and reading goes on with a default, so that one pass finds all.
 */
final class Section {

  private final Value self;
  private final Map<String, Value> values = new LinkedHashMap<>();
  private final Map<String, Value> keys = new LinkedHashMap<>();
  private final List<String> known = new ArrayList<>();

  Section(Value self) {
    this.self = self;
    if (self.node() instanceof MappingNode mapping) {
      mapping.getValue().forEach(this::add);
    } else {
      self.report(self.describe(), "a mapping of keys to values");
    }
  }

  Value self() {
    return self;
  }

  /** The keys that stand there. */
  List<String> names() {
    return List.copyOf(values.keySet());
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** The value of {@code key}, now known. */
  Optional<Value> value(String key) {
    known.add(key);
    return Optional.ofNullable(values.get(key));
  }

  /** Where {@code key} stands, or the section itself when it does not. */
  Value at(String key) {
    Value value = values.get(key);
    return value == null ? self : value;
  }

  Optional<Section> section(String key) {
    return value(key).filter(v -> !v.isNull()).map(Section::new);
  }

  <T> Optional<T> find(String key, ScalarType<T> type) {
    return value(key).flatMap(v -> v.as(type));
  }

  <T> T get(String key, ScalarType<T> type, T fallback) {
    return find(key, type).orElse(fallback);
  }

  /** A key that must be there; {@code placeholder} stands in after the error. */
  <T> T require(String key, ScalarType<T> type, T placeholder) {
    if (!has(key)) {
      known.add(key);
      missing(key, type.allowed());
      return placeholder;
    }
    return get(key, type, placeholder);
  }

  void missing(String key, String allowed) {
    if (!self.isMapping()) {
      return; // That it is none was reported; its keys are no news.
    }
    self.problems().at(self.mark(), child(key), "nothing", allowed, "the key is required");
  }

  /**
   * Reports those of some keys that stand here though they cannot.
   *
   * @param found what they cannot stand beside
   * @param allowed what they can
   */
  void refuse(String found, String allowed, String... keys) {
    for (String key : keys) {
      if (has(key)) {
        at(key).report(key + " with " + found, key + " with " + allowed);
      }
    }
  }

  /** Reports the keys that nobody asked for. */
  void finish() {
    keys.forEach((key, at) -> {
      if (!known.contains(key)) {
        self.problems()
            .at(
                at.mark(),
                at.path(),
                "an unknown key",
                String.join(", ", new TreeSet<>(known)),
                Suggestion.didYouMean(key, known));
      }
    });
  }

  private void add(NodeTuple tuple) {
    if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
      new Value(self.path(), tuple.getKeyNode(), self.problems())
          .report("a key that is not text", "a plain key");
      return;
    }
    String key = scalar.getValue();
    Value at = new Value(child(Value.printable(key, 40)), scalar, self.problems());
    Value before = keys.putIfAbsent(key, at);
    if (before != null) {
      at.report("the key a second time", "each key once (line " + before.line() + " has it)");
      return;
    }
    values.put(key, new Value(at.path(), tuple.getValueNode(), self.problems()));
  }

  private String child(String key) {
    return self.path().isEmpty() ? key : self.path() + "." + key;
  }
}
