package dev.shunt.node.cache;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How long a response is fresh, and how old it was when it came (RFC 9111 section 4.2). Immutable.
 *
 * @param lifetime in seconds
 * @param explicit whether the response says it itself
 * @param initialAge in seconds
 */
record Freshness(long lifetime, boolean explicit, long initialAge) {

  /**
   * What may be kept though nothing is said of how long (RFC 9110 section 15.1); 206 is not kept.
   */
  static final Set<Integer> HEURISTIC = Set.of(200, 203, 204, 300, 301, 308, 404, 405, 410, 414);

  /** A guess is at most that long, in seconds. */
  private static final long MOST_GUESSED = 86_400;

  /** Of its age when it came, so much: one part in so many. */
  private static final long GUESSED_PART = 10;

  /**
   * @param asked when the request was sent, in milliseconds since 1970
   * @param now when the response has come
   * @param guess whether {@code Last-Modified} tells something
   * @param otherwise seconds where nothing is said
   */
  static Freshness of(
      int status,
      Fields fields,
      Directives control,
      long asked,
      long now,
      boolean guess,
      long otherwise) {
    long seconds = Math.floorDiv(now, 1000L);
    long date = HttpDate.parse(fields.first("Date")).orElse(seconds);
    long apparent = Math.max(0, seconds - date);
    long told = Math.max(0, Directives.number(firstMember(fields.first("Age"))));
    long corrected = told + Math.max(0, now - asked) / 1000;
    OptionalLong explicit = explicit(fields, control, date);
    long lifetime =
        explicit.orElseGet(
            () -> HEURISTIC.contains(status) ? guessed(fields, date, guess, otherwise) : 0);
    return new Freshness(lifetime, explicit.isPresent(), Math.max(apparent, corrected));
  }

  private static String firstMember(String list) {
    int comma = list.indexOf(',');
    return (comma < 0 ? list : list.substring(0, comma)).strip();
  }

  private static OptionalLong explicit(Fields fields, Directives control, long date) {
    OptionalLong shared = control.seconds("s-maxage");
    OptionalLong age = shared.isPresent() ? shared : control.seconds("max-age");
    if (age.isPresent() || !fields.has("Expires")) {
      return age;
    }
    List<String> expires = fields.values("Expires");
    boolean same = expires.stream().distinct().count() == 1;
    OptionalLong until = same ? HttpDate.parse(expires.getFirst()) : OptionalLong.empty();
    return OptionalLong.of(until.isPresent() ? Math.max(0, until.getAsLong() - date) : 0);
  }

  private static long guessed(Fields fields, long date, boolean guess, long otherwise) {
    OptionalLong modified = HttpDate.parse(fields.first("Last-Modified"));
    return guess && modified.isPresent()
        ? Math.clamp((date - modified.getAsLong()) / GUESSED_PART, 0, MOST_GUESSED)
        : otherwise;
  }
}
