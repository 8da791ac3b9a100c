package dev.shunt.ops.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Tells what changes between one listing and the next. Not thread-safe.
 *
 * @param <R> a row
 */
final class Follow<R> {

  private final Function<R, Object> key;
  private final Function<R, Object> content;
  private Map<Object, R> last = new HashMap<>();

  /**
   * @param key what makes a row the same as one of an earlier listing
   * @param content what of it is worth telling when it changes; not its age
   */
  Follow(Function<R, Object> key, Function<R, Object> content) {
    this.key = key;
    this.content = content;
  }

  /** What became of a row. */
  enum Event {
    NEW,
    CHANGED,
    GONE
  }

  record Change<R>(Event event, R row) {}

  /** What is new or changed, in the listing's order, and behind that what is gone. */
  List<Change<R>> next(List<R> rows) {
    Map<Object, R> now = new LinkedHashMap<>();
    List<Change<R>> changes = new ArrayList<>();
    for (R row : rows) {
      Object name = key.apply(row);
      now.put(name, row);
      R before = last.remove(name);
      if (before == null) {
        changes.add(new Change<>(Event.NEW, row));
      } else if (!content.apply(before).equals(content.apply(row))) {
        changes.add(new Change<>(Event.CHANGED, row));
      }
    }
    last.values().forEach(row -> changes.add(new Change<>(Event.GONE, row)));
    last = now;
    return changes;
  }
}
