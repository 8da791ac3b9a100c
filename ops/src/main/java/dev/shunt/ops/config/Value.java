package dev.shunt.ops.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A node of the file with its key path; reading it as the wrong thing is reported, not thrown. */
final class Value {

  private static final int MAX_SHOWN = 60;
  private static final Mark START = new Mark("", 0, 0, 0, new int[0], 0);

  private final String path;
  private final Node node;
  private final Problems problems;

  Value(String path, Node node, Problems problems) {
    this.path = path;
    this.node = node;
    this.problems = problems;
  }

  String path() {
    return path;
  }

  Mark mark() {
    return node.getStartMark().orElse(START);
  }

  int line() {
    return mark().getLine() + 1;
  }

  Node node() {
    return node;
  }

  Problems problems() {
    return problems;
  }

  boolean isScalar() {
    return node instanceof ScalarNode && !isNull();
  }

  boolean isNull() {
    return node.getTag().equals(Tag.NULL);
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  boolean isMapping() {
    return node instanceof MappingNode;
  }

  /** The scalar read as {@code type}, or empty after reporting why not. */
  <T> Optional<T> as(ScalarType<T> type) {
    Optional<T> read =
        isScalar() ? type.parse(((ScalarNode) node).getValue()) : Optional.<T>empty();
    if (read.isEmpty()) {
      report(describe(), type.allowed());
    }
    return read;
  }

  /** The items of a list, or none after reporting why not. */
  List<Value> items(int max) {
    if (!(node instanceof SequenceNode sequence)) {
      report(describe(), "a list");
      return List.of();
    }
    List<Node> nodes = sequence.getValue();
    if (nodes.size() > max) {
      report(nodes.size() + " items", "at most " + max);
      return List.of();
    }
    List<Value> items = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      items.add(new Value(path + "[" + i + "]", nodes.get(i), problems));
    }
    return items;
  }

  /** Key and value of a mapping that has just one. */
  Optional<Map.Entry<String, Value>> onlyEntry() {
    if (node instanceof MappingNode mapping
        && mapping.getValue().size() == 1
        && mapping.getValue().getFirst().getKeyNode() instanceof ScalarNode key) {
      Node value = mapping.getValue().getFirst().getValueNode();
      String child = path + "." + printable(key.getValue(), MAX_SHOWN);
      return Optional.of(Map.entry(key.getValue(), new Value(child, value, problems)));
    }
    return Optional.empty();
  }

  void report(String found, String allowed) {
    problems.at(this, found, allowed);
  }

  /** What stands there, short and printable. */
  String describe() {
    return switch (node) {
      case MappingNode _ -> "a mapping";
      case SequenceNode _ -> "a list";
      case ScalarNode _ when isNull() -> "nothing";
      case ScalarNode scalar -> "'" + printable(scalar.getValue(), MAX_SHOWN) + "'";
      default -> "something else";
    };
  }

  /** Text for a terminal: bounded, and without control characters. */
  static String printable(String text, int max) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(max)
        .forEach(c -> {
          if (Character.isISOControl(c)
              || Character.getType(c) == Character.FORMAT
              || Character.getType(c) == Character.SURROGATE) {
            shown.append("\\u%04x".formatted(c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return text.codePointCount(0, text.length()) > max ? shown + "…" : shown.toString();
  }
}
