package dev.shunt.node.stage;

import dev.shunt.node.Exchange;
import dev.shunt.node.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of a header rule: text, in which <code>{name}</code> stands for a variable and <code>{{
 * </code> for a brace. Immutable.
 */
final class ValueTemplate {

  /** Text, or a variable. */
  private record Part(String text, @Nullable Variable variable) {}

  private final List<Part> parts;

  private ValueTemplate(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * @param response whether it is for a response, of which more is known
   * @throws IllegalArgumentException when it is not what a header's value may be
   */
  static ValueTemplate of(String value, boolean response) {
    if (!Headers.isValue(value)) {
      throw new IllegalArgumentException(
          "found value '%s', allowed is ISO 8859-1 without control characters".formatted(value));
    }
    List<Part> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < value.length()) {
      if (value.startsWith("{{", at)) {
        text.append('{');
        at += 2;
      } else if (value.charAt(at) == '{') {
        int end = value.indexOf('}', at);
        if (end < 0) {
          throw new IllegalArgumentException(
              "found '%s', allowed is a variable that ends with }, or {{ for a brace"
                  .formatted(value.substring(at)));
        }
        parts.add(new Part(text.toString(), null));
        text.setLength(0);
        parts.add(new Part("", Variable.of(value.substring(at + 1, end), response)));
        at = end + 1;
      } else {
        text.append(value.charAt(at++));
      }
    }
    parts.add(new Part(text.toString(), null));
    return new ValueTemplate(parts);
  }

  /** What it is for every request; null where it has variables. */
  @Nullable String constant() {
    return parts.size() == 1 ? parts.getFirst().text() : null;
  }

  /** Writes the value; false, after no matter what, when a variable has none. */
  boolean write(Exchange exchange, ByteLine to) {
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (part.variable() == null) {
        to.put(part.text());
      } else if (!part.variable().write(exchange, to)) {
        return false;
      }
    }
    return true;
  }
}
