package dev.shunt.ops.lab;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What a load client saw since it started. All times are microseconds of the machine's monotonic
 * clock, which the processes of one machine share.
 *
 * @param requests answered rightly, on all kinds of connections but downloads
 * @param failed answered wrongly or not at all
 * @param errors failures by kind
 * @param fresh what the new connections did, one request each; the last of them
 * @param failures the first of them, with when and where
 */
public record LoadReport(
    long atMicros,
    long requests,
    long failed,
    long freshOpened,
    Map<String, Long> errors,
    List<Connection> connections,
    List<Download> downloads,
    List<Fresh> fresh,
    List<Failure> failures) {

  /** What a connection was for. */
  public enum Use {
    KEEP_ALIVE,
    FRESH,
    DOWNLOAD
  }

  /** Where a connection is in its life. */
  public enum State {
    OPEN,
    /** Broken, against the client's will. */
    LOST,
    /** Ended as the client meant it. */
    CLOSED
  }

  /** A time in which nothing came. */
  public record Gap(long fromMicros, long toMicros) {
    public long micros() {
      return toMicros - fromMicros;
    }

    double millis() {
      return micros() / 1e3;
    }

    boolean overlaps(long from, long to) {
      return fromMicros < to && toMicros > from;
    }
  }

  /** A keep-alive connection that probes all the time; {@code port} is the client's. */
  public record Connection(
      int port, State state, long openedMicros, long endedMicros, long requests, List<Gap> gaps) {

    /** The longest gap that touches the time; one of the meter's threshold if none does. */
    public Gap blackout(long from, long to) {
      return longest(gaps, from, to);
    }
  }

  /**
   * A long download, checked byte by byte.
   *
   * @param complete it came to its end and every byte was right
   */
  public record Download(
      int port, State state, long openedMicros, long bytes, boolean complete, List<Gap> gaps) {}

  /** A new connection's one request. */
  public record Fresh(int port, long startMicros, long endMicros) {}

  /**
   * A request or connection that failed.
   *
   * @param port the client's; 0 where there was none yet
   * @param kind {@code refused}, {@code reset}, {@code closed}, {@code timeout}, {@code content},
   *     {@code status}, {@code other}
   */
  public record Failure(long atMicros, Use use, int port, String kind, String detail) {}

  /** A second of load, in short. */
  public record Tick(
      long atMicros, long requests, long failed, long fresh, int connections, long downloaded) {}

  private static Gap longest(List<Gap> gaps, long from, long to) {
    return gaps.stream()
        .filter(gap -> gap.overlaps(from, to))
        .max(Comparator.comparingLong(Gap::micros))
        .orElse(new Gap(from, from + BlackoutMeter.THRESHOLD_MICROS));
  }
}
