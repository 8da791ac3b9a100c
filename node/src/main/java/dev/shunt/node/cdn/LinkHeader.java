package dev.shunt.node.cdn;

import dev.shunt.node.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Links in a response's head (RFC 8288) that say what a page will need: they have to lead where the
 * page's own links lead, or a browser loads it twice.
 */
final class LinkHeader {

  private static final String NAME = "Link";

  private static final Set<String> NEEDED =
      Set.of("preload", "modulepreload", "prefetch", "stylesheet", "icon");

  private LinkHeader() {}

  /**
   * Changes the head's links.
   *
   * @param change from a link to what stands in its place
   */
  static void change(ResponseHead response, UnaryOperator<String> change) {
    List<String> changed = new ArrayList<>(0);
    boolean different = false;
    for (int i = response.find(NAME, 0); i >= 0; i = response.find(NAME, i + 1)) {
      String value = response.value(i);
      String after = changed(value, change);
      different |= !after.equals(value);
      changed.add(after);
    }
    if (different) {
      response.removeAll(NAME);
      changed.forEach(value -> response.add(NAME, value));
    }
  }

  /** A header's value with its links changed; as it was from where it is not understood. */
  static String changed(String value, UnaryOperator<String> change) {
    StringBuilder text = new StringBuilder(value.length());
    int done = 0;
    int open = value.indexOf('<');
    while (open >= 0) {
      int close = value.indexOf('>', open);
      if (close < 0) {
        break;
      }
      int end = end(value, close);
      text.append(value, done, open + 1);
      String link = value.substring(open + 1, close);
      boolean needed = isNeeded(value.substring(close + 1, end));
      text.append(needed ? change.apply(link) : link);
      done = close;
      open = value.indexOf('<', end);
    }
    return text.append(value, done, value.length()).toString();
  }

  /** Where a link's parameters end: at a comma that is not quoted, or with the value. */
  private static int end(String value, int from) {
    boolean quoted = false;
    for (int i = from; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      } else if (c == ',' && !quoted) {
        return i;
      }
    }
    return value.length();
  }

  private static boolean isNeeded(String parameters) {
    boolean needed = false;
    boolean integrity = false;
    boolean crossorigin = false;
    for (String parameter : parameters.toLowerCase(Locale.ROOT).split(";")) {
      String[] parts = parameter.strip().split("\\s*=\\s*", 2);
      String of = parts.length < 2 ? "" : parts[1].replace("\"", "");
      switch (parts[0]) {
        case "rel" -> needed |= Set.of(of.split("\\s+")).stream().anyMatch(NEEDED::contains);
        case "integrity" -> integrity = true;
        case "crossorigin" -> crossorigin = true;
        default -> {}
      }
    }
    return needed && (!integrity || crossorigin);
  }
}
