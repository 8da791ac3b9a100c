package dev.shunt.ops.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of scalar keys. */
final class Scalars {

  static final ScalarType<Boolean> BOOLEAN =
      new ScalarType<>(
          "true or false",
          text ->
              switch (text) {
                case "true" -> Optional.of(true);
                case "false" -> Optional.of(false);
                default -> Optional.empty();
              });

  /** What is written {@code on} or {@code off}. */
  static final ScalarType<Boolean> SWITCH =
      new ScalarType<>(
          "on, off",
          text ->
              switch (text) {
                case "on" -> Optional.of(true);
                case "off" -> Optional.of(false);
                default -> Optional.empty();
              });

  /** A literal IPv4 address; names are not looked up. */
  static final ScalarType<InetAddress> IPV4 =
      new ScalarType<>("an IPv4 address such as 10.77.0.11", Scalars::ipv4);

  /** A literal address of either version. */
  static final ScalarType<InetAddress> ADDRESS =
      new ScalarType<>("an IP address such as 10.77.0.100 or fd00::100", Scalars::address);

  /** A literal address and a port. */
  static final ScalarType<InetSocketAddress> ENDPOINT =
      new ScalarType<>(
          "an IP address and a port such as 10.77.0.21:8080 or [fd00::21]:8080", Scalars::endpoint);

  static final ScalarType<Integer> PORT = integer(1, 65_535);

  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})(B|KiB|MiB|GiB)?");
  private static final Pattern OCTETS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern GROUPS = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
  private static final Pattern HOST_PORT =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]{2,45})]|([0-9.]{7,15})):([0-9]{1,5})");

  private static final Map<String, Long> DURATION_UNITS =
      Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final Map<String, Long> SIZE_UNITS =
      Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

  private Scalars() {}

  static ScalarType<Integer> integer(int min, int max) {
    return new ScalarType<>(
        "a number from " + min + " to " + max,
        text ->
            Optional.of(text)
                .filter(t -> INTEGER.matcher(t).matches())
                .map(Long::parseLong)
                .filter(n -> n >= min && n <= max)
                .map(Long::intValue));
  }

  /** {@code 150ms}, {@code 2s}, {@code 1h}. */
  static ScalarType<Duration> duration(Duration min, Duration max) {
    return new ScalarType<>(
        "a duration from %s to %s (units ms, s, m, h, d)".formatted(text(min), text(max)),
        text -> {
          Matcher matcher = DURATION.matcher(text);
          return matcher.matches()
              ? scaled(matcher, DURATION_UNITS)
                  .map(Duration::ofMillis)
                  .filter(d -> d.compareTo(min) >= 0 && d.compareTo(max) <= 0)
              : Optional.empty();
        });
  }

  /** {@code 65536}, {@code 64KiB}. */
  static ScalarType<Long> size(long min, long max) {
    return new ScalarType<>(
        "a size from %s to %s (units B, KiB, MiB, GiB)".formatted(sizeText(min), sizeText(max)),
        text -> {
          Matcher matcher = SIZE.matcher(text);
          return matcher.matches()
              ? scaled(matcher, SIZE_UNITS).filter(n -> n >= min && n <= max)
              : Optional.empty();
        });
  }

  /** A size that is used as an {@code int}. */
  static ScalarType<Integer> smallSize(int min, int max) {
    ScalarType<Long> size = size(min, max);
    return new ScalarType<>(size.allowed(), text -> size.parse(text).map(Long::intValue));
  }

  static ScalarType<String> matching(String allowed, String regex) {
    Pattern pattern = Pattern.compile(regex);
    return new ScalarType<>(
        allowed, text -> Optional.of(text).filter(t -> pattern.matcher(t).matches()));
  }

  static ScalarType<String> text(String allowed, int maxLength) {
    return new ScalarType<>(
        allowed,
        text ->
            Optional.of(text)
                .filter(t -> !t.isBlank() && t.length() <= maxLength)
                .filter(t -> t.chars().noneMatch(Character::isISOControl)));
  }

  /**
   * A constant by its name in the file: lower case, with {@code -} for {@code _} (but {@code
   * io_uring} is the kernel's own spelling).
   */
  static <E extends Enum<E>> ScalarType<E> oneOf(Class<E> type) {
    Map<String, E> byName = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      byName.put(keyword(constant), constant);
    }
    return new ScalarType<>(
        String.join(", ", byName.keySet()), text -> Optional.ofNullable(byName.get(text)));
  }

  static String keyword(Enum<?> constant) {
    String name = constant.name().toLowerCase(Locale.ROOT);
    return constant == TransportType.IO_URING ? name : name.replace('_', '-');
  }

  /** The shortest exact text, as it may stand in a file. */
  static String text(Duration duration) {
    long millis = duration.toMillis();
    for (String unit : new String[] {"d", "h", "m", "s"}) {
      long scale = DURATION_UNITS.getOrDefault(unit, 1L);
      if (millis >= scale && millis % scale == 0) {
        return millis / scale + unit;
      }
    }
    return millis + "ms";
  }

  static String sizeText(long bytes) {
    for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
      long scale = SIZE_UNITS.getOrDefault(unit, 1L);
      if (bytes >= scale && bytes % scale == 0) {
        return bytes / scale + unit;
      }
    }
    return bytes + "B";
  }

  private static Optional<Long> scaled(Matcher matcher, Map<String, Long> units) {
    String unit = matcher.group(2);
    long scale = unit == null ? 1 : units.getOrDefault(unit, 1L);
    long number = Long.parseLong(matcher.group(1));
    return number > Long.MAX_VALUE / scale ? Optional.empty() : Optional.of(number * scale);
  }

  private static Optional<InetAddress> ipv4(String text) {
    if (!OCTETS.matcher(text).matches()) {
      return Optional.empty();
    }
    for (String octet : text.split("\\.", -1)) {
      // A leading zero means octal to some and decimal to others.
      if (Integer.parseInt(octet) > 255 || (octet.length() > 1 && octet.startsWith("0"))) {
        return Optional.empty();
      }
    }
    return literal(text).filter(Inet4Address.class::isInstance);
  }

  private static Optional<InetAddress> address(String text) {
    return text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
  }

  /** Without a zone, and no IPv4 address in the clothes of an IPv6 one. */
  private static Optional<InetAddress> ipv6(String text) {
    return Optional.of(text)
        .filter(t -> GROUPS.matcher(t).matches())
        .flatMap(Scalars::literal)
        .filter(Inet6Address.class::isInstance);
  }

  private static Optional<InetSocketAddress> endpoint(String text) {
    Matcher matcher = HOST_PORT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String ipv6 = matcher.group(1);
    Optional<InetAddress> address = ipv6 == null ? ipv4(matcher.group(2)) : literal(ipv6);
    return PORT.parse(matcher.group(3))
        .flatMap(port -> address.map(a -> new InetSocketAddress(a, port)));
  }

  private static Optional<InetAddress> literal(String text) {
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
