package dev.shunt.node.stage;

import dev.shunt.node.HeaderName;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One header rule.
 *
 * @param action what is done
 * @param name the header that it is done to
 * @param value of {@code set} and {@code add}
 * @param to the new name of {@code rename}; else the same name
 * @param ifAbsent only where there is no such header
 * @param lowest only for responses whose status is not below
 * @param highest nor above
 */
record HeaderRule(
    Action action,
    HeaderName name,
    @Nullable ValueTemplate value,
    HeaderName to,
    boolean ifAbsent,
    int lowest,
    int highest) {

  /** What a rule does. */
  enum Action {
    SET,
    ADD,
    REMOVE,
    RENAME
  }

  private static final String ALLOWED =
      "'set NAME VALUE', 'add NAME VALUE', 'remove NAME' or 'rename NAME NAME',"
          + " behind 'if absent' or 'on STATUS' where that is wanted";
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?<absent>if +absent) +|on +(?<from>[2-5][0-9]{2})(?:-(?<to>[2-5][0-9]{2}))? +)?"
              + "(?<action>set|add|remove|rename) +(?<name>[^ ]+)(?: +(?<rest>.*))?");

  /** What the node tells servers itself, after all stages. */
  private static final Set<String> FORWARDING =
      Set.of("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto");

  /**
   * Reads a rule such as {@code if absent set X-Client {client}}.
   *
   * @throws IllegalArgumentException when it is none; the message says what was found and what is
   *     allowed
   */
  static HeaderRule parse(String text, boolean response) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("found '%s', allowed is %s".formatted(text, ALLOWED));
    }
    try {
      return of(form, response);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'%s': %s".formatted(text, e.getMessage()), e);
    }
  }

  private static HeaderRule of(Matcher form, boolean response) {
    Action action = Action.valueOf(form.group("action").toUpperCase(Locale.ROOT));
    HeaderName name = name(form.group("name"), response);
    String rest = Optional.ofNullable(form.group("rest")).orElse("").strip();
    boolean hasValue = action == Action.SET || action == Action.ADD;
    boolean absent = form.group("absent") != null;
    if (rest.isEmpty() == (action != Action.REMOVE) || (absent && !hasValue)) {
      throw new IllegalArgumentException("allowed is " + ALLOWED);
    }
    String from = form.group("from");
    if (from != null && !response) {
      throw new IllegalArgumentException("found 'on', allowed is that for responses only");
    }
    int lowest = from == null ? 0 : Integer.parseInt(from);
    int highest =
        from == null
            ? Integer.MAX_VALUE
            : Optional.ofNullable(form.group("to")).map(Integer::parseInt).orElse(lowest);
    if (highest < lowest) {
      throw new IllegalArgumentException(
          "found status %d-%d, allowed is a range that goes up".formatted(lowest, highest));
    }
    return new HeaderRule(
        action,
        name,
        hasValue ? ValueTemplate.of(rest, response) : null,
        action == Action.RENAME ? name(rest, response) : name,
        absent,
        lowest,
        highest);
  }

  private static HeaderName name(String text, boolean response) {
    HeaderName name = new HeaderName(text);
    if (!response && FORWARDING.contains(name.lower())) {
      throw new IllegalArgumentException(
          "header name '%s': allowed is what the node does not set itself".formatted(text));
    }
    return name;
  }

  boolean isFor(int status) {
    return status >= lowest && status <= highest;
  }
}
