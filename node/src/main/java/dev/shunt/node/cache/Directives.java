package dev.shunt.node.cache;

import dev.shunt.node.Headers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code Cache-Control} says (RFC 9111 section 5.2), read in doubt so that less is kept: what
 * forbids counts however it is written, what allows only where it is well-formed. Immutable.
 */
final class Directives {

  static final Directives NONE = new Directives(Map.of(), Set.of());

  /** More seconds than that are as good as this many (RFC 9111 section 1.2.2). */
  static final long MOST_SECONDS = 1L << 31;

  /** The arguments of each, as often as it stands there; the empty text for none. */
  private final Map<String, List<String>> arguments;

  private final Set<String> malformed;

  private Directives(Map<String, List<String>> arguments, Set<String> malformed) {
    this.arguments = arguments;
    this.malformed = malformed;
  }

  /** Reads the value of a header, of several all behind each other with commas between. */
  static Directives parse(String list) {
    if (list.isEmpty()) {
      return NONE;
    }
    Map<String, List<String>> arguments = new HashMap<>();
    Set<String> malformed = new TreeSet<>();
    for (String one : split(list)) {
      int end = 0;
      while (end < one.length() && one.charAt(end) < 128 && Headers.isTokenByte(one.charAt(end))) {
        end++;
      }
      String name = one.substring(0, end).toLowerCase(Locale.ROOT);
      String rest = one.substring(end);
      String argument = rest.isEmpty() ? "" : argument(rest);
      if (argument.isEmpty() && !rest.isEmpty()) {
        malformed.add(name);
      }
      arguments.computeIfAbsent(name, _ -> new ArrayList<>()).add(argument);
    }
    return new Directives(arguments, malformed);
  }

  /** What stands behind the equals sign, without quotes; empty where that is not well-formed. */
  private static String argument(String rest) {
    if (rest.charAt(0) != '=') {
      return "";
    }
    String value = rest.substring(1);
    if (value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")) {
      String inner = value.substring(1, value.length() - 1);
      return inner.contains("\"") || inner.contains("\\") ? "" : inner;
    }
    return Headers.isToken(value) ? value : "";
  }

  /**
   * The members of a list. A comma within quotes ends none; where quotes are never closed, every
   * comma from there on ends one.
   */
  static List<String> split(String list) {
    List<String> members = new ArrayList<>();
    boolean closes = true;
    for (int from = 0; from < list.length(); ) {
      int end = closes ? end(list, from) : -1;
      if (end < 0) {
        closes = false;
        int comma = list.indexOf(',', from);
        end = comma < 0 ? list.length() : comma;
      }
      add(members, list.substring(from, end));
      from = end + 1;
    }
    return members;
  }

  /** Where the member ends that begins there; -1 within quotes that are never closed. */
  private static int end(String list, int from) {
    boolean quoted = false;
    for (int i = from; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        return i;
      }
    }
    return quoted ? -1 : list.length();
  }

  private static void add(List<String> to, String member) {
    String stripped = member.strip();
    if (!stripped.isEmpty()) {
      to.add(stripped);
    }
  }

  /** Whether it stands there, well-formed or not. */
  boolean has(String name) {
    return arguments.containsKey(name);
  }

  /** Whether it stands there as it should. */
  boolean allows(String name) {
    return has(name) && !malformed.contains(name);
  }

  /** Whether it stands there for the whole message, not for some fields of it. */
  boolean forAll(String name) {
    return malformed.contains(name)
        || arguments.getOrDefault(name, List.of()).stream().anyMatch(String::isEmpty);
  }

  /** The fields that it is for, in lower case. */
  Set<String> fields(String name) {
    Set<String> fields = new TreeSet<>();
    for (String argument : arguments.getOrDefault(name, List.of())) {
      for (String field : argument.split(",")) {
        if (!field.isBlank()) {
          fields.add(field.strip().toLowerCase(Locale.ROOT));
        }
      }
    }
    return fields;
  }

  /**
   * Its number of seconds; empty where it is missing. What is no such number is 0, and so are two
   * that differ (RFC 9111 section 4.2.1).
   */
  OptionalLong seconds(String name) {
    List<String> found = arguments.get(name);
    if (found == null) {
      return OptionalLong.empty();
    }
    boolean same = found.stream().distinct().count() == 1;
    return OptionalLong.of(same ? Math.max(0, number(found.getFirst())) : 0);
  }

  /** A whole number, at most {@link #MOST_SECONDS}; -1 for anything else. */
  static long number(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    return text.length() > 10 ? MOST_SECONDS : Math.min(MOST_SECONDS, Long.parseLong(text));
  }
}
