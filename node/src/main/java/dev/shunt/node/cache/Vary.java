package dev.shunt.node.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The request headers by which a response was chosen, and their values (RFC 9111 section 4.1).
 * Immutable.
 *
 * @param names in lower case
 * @param values in the form in which they are compared
 */
record Vary(List<String> names, List<String> values) {

  static final Vary NOTHING = new Vary(List.of(), List.of());

  /** More than that no response goes by. */
  private static final int MOST_NAMES = 16;

  /** What the cache or a stage behind it says to servers on its own account. */
  private static final Set<String> OWN =
      Set.of("accept-encoding", "if-none-match", "if-modified-since");

  /**
   * What differs with each client, or is not what the server got: stages do not see what is added
   * behind them.
   */
  private static final Set<String> NEVER =
      Set.of(
          "*",
          "authorization",
          "cookie",
          "forwarded",
          "via",
          "x-real-ip",
          "x-request-id",
          "true-client-ip");

  /** Characters of all values; others would fill the store with them. */
  private static final int MOST_LENGTH = 2048;

  private static final String NEVER_PREFIX = "x-forwarded-";

  Vary {
    names = List.copyOf(names);
    values = List.copyOf(values);
  }

  /** What a response says that it goes by; empty if that is nothing to keep it by. */
  static Optional<Vary> of(Fields response, Fields request) {
    Set<String> names = new TreeSet<>();
    for (String name : response.list("Vary").split(",")) {
      String lower = name.strip().toLowerCase(Locale.ROOT);
      if (!lower.isEmpty()) {
        names.add(lower);
      }
    }
    if (names.size() > MOST_NAMES
        || names.stream().anyMatch(n -> NEVER.contains(n) || n.startsWith(NEVER_PREFIX))) {
      return Optional.empty();
    }
    List<String> sorted = new ArrayList<>(names);
    Vary vary = new Vary(sorted, valuesOf(sorted, request));
    return vary.length() > MOST_LENGTH ? Optional.empty() : Optional.of(vary);
  }

  /** Characters of all values. */
  int length() {
    return values.stream().mapToInt(String::length).sum();
  }

  /**
   * Whether the server chose by the same values as the cache will: stages behind it may have set
   * them. Codings are for them to narrow, and validators are the cache's own.
   *
   * @param sent the headers that the server got
   */
  boolean wasSent(Supplier<Fields> sent) {
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (!OWN.contains(name) && !values.get(i).equals(normal(name, sent.get().list(name)))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> valuesOf(List<String> names, Fields request) {
    return names.stream().map(name -> normal(name, request.list(name))).toList();
  }

  /** Lists are compared without their blanks, and codings in any order. */
  private static String normal(String name, String value) {
    if (!name.startsWith("accept")) {
      return value;
    }
    String[] members = value.toLowerCase(Locale.ROOT).replaceAll("[ \t]", "").split(",");
    return name.equals("accept-encoding")
        ? Arrays.stream(members).sorted().collect(Collectors.joining(","))
        : String.join(",", members);
  }

  /** Whether a request with these headers gets the same. */
  boolean isFor(Supplier<Fields> request) {
    return names.isEmpty() || values.equals(valuesOf(names, request.get()));
  }
}
