package dev.shunt.node.cache;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Dates as headers have them, in any of the three forms (RFC 9110 section 5.6.7). */
final class HttpDate {

  private static final DateTimeFormatter IMF =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

  /** Years of two digits are from this one on; only old software writes them. */
  private static final int FIRST_YEAR = 1970;

  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT);

  private static final DateTimeFormatter RFC850 =
      new DateTimeFormatterBuilder()
          .appendPattern("EEEE, dd-MMM-")
          .appendValueReduced(ChronoField.YEAR, 2, 2, FIRST_YEAR)
          .appendPattern(" HH:mm:ss 'GMT'")
          .toFormatter(Locale.US); // The names of days in full are not neutral.

  private HttpDate() {}

  /** Seconds since 1970; empty for what is no date. */
  static OptionalLong parse(String text) {
    return Stream.of(IMF, ASCTIME, RFC850)
        .flatMapToLong(form -> parse(text, form).stream())
        .findFirst();
  }

  private static OptionalLong parse(String text, DateTimeFormatter form) {
    try {
      return OptionalLong.of(LocalDateTime.parse(text, form).toEpochSecond(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }

  /** In the form that is to be sent. */
  static String format(long seconds) {
    return IMF.format(Instant.ofEpochSecond(seconds).atOffset(ZoneOffset.UTC));
  }
}
