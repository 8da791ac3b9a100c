package dev.shunt.scheduler;

import java.time.Duration;

/**
 * How many new sessions a service admits, so that those it has do not suffer (claim L4). Sessions
 * that are known and packets with a label are never asked (claim L11).
 *
 * @param maxSessions live sessions of the service; 0: no limit
 * @param maxSessionsPerTarget live sessions of a target, whichever service's they are; 0: no limit
 * @param newSessionsPerSecond 0: no limit
 * @param burst new sessions at once, 1 or more; of no meaning without a rate
 * @param maxResponseTime mean over the targets beyond which a share of new sessions is refused, in
 *     whole milliseconds; zero: no limit
 * @param silent whether what is refused gets no answer; else TCP is reset, and UDP told that the
 *     port is unreachable
 */
public record Admission(
    int maxSessions,
    int maxSessionsPerTarget,
    int newSessionsPerSecond,
    int burst,
    Duration maxResponseTime,
    boolean silent) {

  /** Every session is admitted. */
  public static final Admission NONE = new Admission(0, 0, 0, 1, Duration.ZERO, false);

  /** What response times are measured up to: {@link Sight} tells those beyond from no other. */
  public static final Duration LONGEST_RESPONSE_TIME = Duration.ofSeconds(3);

  public Admission {
    if (maxSessions < 0 || maxSessionsPerTarget < 0 || newSessionsPerSecond < 0 || burst < 1) {
      throw new IllegalArgumentException(
          "limits of %d sessions, %d for each target, %d a second, %d at once: none is negative, the last at least 1"
              .formatted(maxSessions, maxSessionsPerTarget, newSessionsPerSecond, burst));
    }
  }

  /** Whether there is any limit. */
  public boolean isLimited() {
    return maxSessions > 0
        || maxSessionsPerTarget > 0
        || newSessionsPerSecond > 0
        || limitsResponseTime();
  }

  public boolean limitsResponseTime() {
    return !maxResponseTime.isZero();
  }
}
