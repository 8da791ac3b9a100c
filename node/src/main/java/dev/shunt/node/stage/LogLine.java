package dev.shunt.node.stage;

import dev.shunt.node.Exchange;
import dev.shunt.node.RequestHead;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes what is said of one request. What a client sent is escaped, so that nobody can forge a
 * line or a field; of each such field at most {@value #MAX_FIELD} bytes are written.
 */
abstract class LogLine {

  /** Of what the client sent in one field. */
  static final int MAX_FIELD = 4096;

  private final DateTimeFormatter timeFormat;
  private long second = Long.MIN_VALUE;
  private byte[] time = {};

  LogLine(String timePattern) {
    this.timeFormat =
        DateTimeFormatter.ofPattern(timePattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  /**
   * Writes a whole line.
   *
   * @param began when the request came, in milliseconds since 1970
   */
  abstract void write(Exchange exchange, long began, ByteLine to);

  /** One byte of what a client sent. */
  abstract void escaped(int unsigned, ByteLine to);

  /** The time to the second, formatted once for each that comes after another. */
  final void time(long millis, ByteLine to) {
    long now = Math.floorDiv(millis, 1000L);
    if (now != second) {
      second = now;
      time = timeFormat.format(Instant.ofEpochSecond(now)).getBytes(StandardCharsets.ISO_8859_1);
    }
    to.put(time);
  }

  final void target(RequestHead request, ByteLine to) {
    escaped(request, request.targetStart(), request.targetEnd(), to);
  }

  /** A header's value; false where there is no such header. */
  final boolean header(RequestHead request, String name, ByteLine to) {
    int at = request.find(name, 0);
    if (at >= 0) {
      escaped(request, request.valueStart(at), request.valueEnd(at), to);
    }
    return at >= 0;
  }

  private void escaped(RequestHead request, int from, int to, ByteLine line) {
    int end = Math.min(to, from + MAX_FIELD);
    for (int i = from; i < end; i++) {
      escaped(request.byteAt(i) & 0xFF, line);
    }
    if (end < to) {
      line.put("...");
    }
  }

  final void escaped(String text, ByteLine to) {
    for (int i = 0; i < text.length(); i++) {
      escaped(text.charAt(i), to);
    }
  }
}
