package dev.shunt.node.cache;

import dev.shunt.node.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The headers of a message, in their order. Immutable. */
record Fields(List<Field> all) {

  static final Fields NONE = new Fields(List.of());

  Fields {
    all = List.copyOf(all);
  }

  /** Reads lines that end with CR and LF each, and whose syntax is known to be right. */
  static Fields of(byte[] lines) {
    String text = new String(lines, StandardCharsets.ISO_8859_1);
    List<Field> fields = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int end = text.indexOf('\r', at);
      int colon = text.indexOf(':', at);
      fields.add(new Field(text.substring(at, colon), text.substring(colon + 1, end).strip()));
      at = end + 2;
    }
    return new Fields(fields);
  }

  /** All values of a name. */
  List<String> values(String name) {
    return all.stream().filter(field -> field.is(name)).map(Field::value).toList();
  }

  boolean has(String name) {
    return all.stream().anyMatch(field -> field.is(name));
  }

  /**
   * All values of a name in a request as one list; empty where there is none.
   *
   * @param first where the first is, or below 0
   */
  static String list(RequestHead request, String name, int first) {
    StringBuilder all = new StringBuilder();
    for (int i = first; i >= 0; i = request.find(name, i + 1)) {
      all.append(all.isEmpty() ? "" : ",").append(request.value(i));
    }
    return all.toString();
  }

  /** All values of a name as one list; empty where there is none. */
  String list(String name) {
    return String.join(", ", values(name));
  }

  /** The first value of a name; empty where there is none. */
  String first(String name) {
    for (Field field : all) {
      if (field.is(name)) {
        return field.value();
      }
    }
    return "";
  }

  Fields without(Predicate<Field> unwanted) {
    return new Fields(all.stream().filter(unwanted.negate()).toList());
  }

  Fields with(List<Field> more) {
    List<Field> both = new ArrayList<>(all);
    both.addAll(more);
    return new Fields(both);
  }
}
