package dev.shunt.node.cache;

import dev.shunt.node.StageContext;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a service keeps, and how much. Immutable.
 *
 * @param size bytes of all kept responses
 * @param maxObject bytes of one body
 * @param kinds media types that are kept, in lower case, {@code type/*} for all of a type; none
 *     stands for all
 * @param defaultTtl for how many seconds a response is fresh that says nothing of it
 * @param heuristic whether {@code Last-Modified} tells how long one is fresh that does not say it
 * @param staleIfError for how many seconds a stale one takes an error's place
 * @param collapseWait for how long a request waits for another's response
 * @param obeys whether clients have a say in what they are answered with
 */
record CacheSettings(
    long size,
    int maxObject,
    List<String> kinds,
    long defaultTtl,
    boolean heuristic,
    long staleIfError,
    Duration collapseWait,
    boolean obeys) {

  private static final String SIZE = "size";
  private static final String MAX_OBJECT = "max_object";
  private static final String KINDS = "kinds";
  private static final String DEFAULT_TTL = "default_ttl";
  private static final String HEURISTIC = "heuristic";
  private static final String STALE_IF_ERROR = "stale_if_error";
  private static final String COLLAPSE_WAIT = "collapse_wait";
  private static final String CLIENT_DIRECTIVES = "client_directives";

  private static final Pattern BYTES = Pattern.compile("([1-9][0-9]{0,8})(KiB|MiB|GiB)");
  private static final Pattern KIND = Pattern.compile("[a-z0-9.+-]+/([a-z0-9.+-]+|\\*)");
  private static final long KIB = 1024;
  private static final long MOST_SIZE = 1L << 40;
  private static final long MOST_OBJECT = 1L << 30;
  private static final Duration LONGEST = Duration.ofDays(365);

  /**
   * Reads settings.
   *
   * @throws IllegalArgumentException when one is not allowed; the message says which, what was
   *     found and what is allowed
   */
  static CacheSettings parse(StageContext context) {
    context.allow(
        Set.of(
            SIZE,
            MAX_OBJECT,
            KINDS,
            DEFAULT_TTL,
            HEURISTIC,
            STALE_IF_ERROR,
            COLLAPSE_WAIT,
            CLIENT_DIRECTIVES));
    long size = bytes(context, SIZE, "64MiB", MOST_SIZE);
    long object = bytes(context, MAX_OBJECT, "1MiB", MOST_OBJECT);
    if (object > size) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed is at most %s ('%s')"
              .formatted(
                  MAX_OBJECT,
                  context.setting(MAX_OBJECT, "1MiB"),
                  SIZE,
                  context.setting(SIZE, "64MiB")));
    }
    String clients = context.setting(CLIENT_DIRECTIVES, "obey");
    if (!clients.equals("obey") && !clients.equals("ignore")) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed is obey or ignore".formatted(CLIENT_DIRECTIVES, clients));
    }
    return new CacheSettings(
        size,
        (int) object,
        context.list(KINDS).stream().map(CacheSettings::kind).toList(),
        seconds(context, DEFAULT_TTL),
        context.flag(HEURISTIC, true),
        seconds(context, STALE_IF_ERROR),
        context.duration(COLLAPSE_WAIT, Duration.ofSeconds(5), Duration.ZERO, Duration.ofDays(1)),
        clients.equals("obey"));
  }

  private static long seconds(StageContext context, String key) {
    return context.duration(key, Duration.ZERO, Duration.ZERO, LONGEST).toSeconds();
  }

  private static long bytes(StageContext context, String key, String orElse, long most) {
    String found = context.setting(key, orElse);
    Matcher matcher = BYTES.matcher(found);
    long unit =
        !matcher.matches()
            ? 0
            : switch (matcher.group(2)) {
              case "KiB" -> KIB;
              case "MiB" -> KIB * KIB;
              default -> KIB * KIB * KIB;
            };
    long bytes = unit == 0 ? 0 : Long.parseLong(matcher.group(1)) * unit;
    if (bytes == 0 || bytes > most) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed is a number of KiB, MiB or GiB, such as %s, up to %dGiB"
              .formatted(key, found, orElse, most >> 30));
    }
    return bytes;
  }

  private static String kind(String found) {
    String kind = found.toLowerCase(Locale.ROOT);
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed are media types such as text/html and image/*"
              .formatted(KINDS, found));
    }
    return kind;
  }

  /**
   * Whether what has this media type is kept.
   *
   * @param type the value of {@code Content-Type}, or the empty string
   */
  boolean keeps(String type) {
    if (kinds.isEmpty()) {
      return true;
    }
    String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return kinds.stream()
        .anyMatch(kind ->
            kind.endsWith("/*")
                ? bare.startsWith(kind.substring(0, kind.length() - 1))
                : bare.equals(kind));
  }
}
