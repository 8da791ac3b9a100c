package dev.shunt.node;

import java.time.Duration;
import java.util.List;

/**
 * When a server that fails requests gets none for a while, whatever its health checks say. A
 * failure is a connection that is not accepted, one that ends without a response, a response that
 * is not valid or does not come in time, and one of the {@code statuses}.
 *
 * <p>Each member judges by the requests of its own node.
 *
 * @param failures in a row; 0: none are too many
 * @param errorPercent of the requests of the {@code window}; 0: none are too many
 * @param window over which the errors are counted
 * @param minRequests of the window, below which its errors say nothing
 * @param time for which a server is ejected at first; each time in a row it is that much longer
 * @param maxTime for which it is ejected at most
 * @param maxPercent of a service's servers that are ejected at once; the last one that works never
 *     is
 * @param statuses that are failures, 500 to 599
 */
public record Ejection(
    int failures,
    int errorPercent,
    Duration window,
    int minRequests,
    Duration time,
    Duration maxTime,
    int maxPercent,
    List<Integer> statuses) {

  public static final int MAX_FAILURES = 1000;
  public static final int MAX_REQUESTS = 1_000_000;
  public static final Duration MIN_WINDOW = Duration.ofSeconds(1);
  public static final Duration MAX_WINDOW = Duration.ofMinutes(10);
  public static final Duration MIN_TIME = Duration.ofMillis(100);
  public static final Duration MAX_TIME = Duration.ofDays(1);
  public static final int MAX_STATUSES = 100;

  public static final Ejection DEFAULT =
      new Ejection(
          5,
          50,
          Duration.ofSeconds(10),
          20,
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          50,
          List.of(502, 503, 504));

  public Ejection {
    statuses = List.copyOf(statuses);
    Ranges.check("ejection, failures", failures, 0, MAX_FAILURES);
    Ranges.check("ejection, error percent", errorPercent, 0, 100);
    Ranges.check("ejection, window", window, MIN_WINDOW, MAX_WINDOW);
    Ranges.check("ejection, min requests", minRequests, 1, MAX_REQUESTS);
    Ranges.check("ejection, time", time, MIN_TIME, MAX_TIME);
    Ranges.check("ejection, max time", maxTime, time, MAX_TIME);
    Ranges.check("ejection, max percent", maxPercent, 0, 100);
    Ranges.check("ejection, statuses", statuses.size(), 0, MAX_STATUSES);
    statuses.forEach(status -> Ranges.check("ejection, status", status, 500, 599));
  }
}
