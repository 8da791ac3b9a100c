package dev.shunt.cluster;

import java.time.Duration;

/**
 * The times that decide how fast a failure is noticed, valid only together.
 *
 * <p>heartbeat × 2 ≤ lease &lt; silence limit, so that one lost heartbeat costs no lease, and no
 * member is declared dead while its lease runs.
 *
 * @param heartbeat how often the scheduler renews its lease
 * @param lease how long a majority's acknowledgement lasts
 * @param detectionInterval how often members prove to each other that they live
 * @param silence after how long without such proof a member is suspected
 * @param verification how long a suspicion is checked before the member is declared gone
 */
public record ClusterTimings(
    Duration heartbeat,
    Duration lease,
    Duration detectionInterval,
    Duration silence,
    Duration verification) {

  /** What measured best on a two-core machine under load; see docs/DECISIONS.md. */
  public static final ClusterTimings DEFAULT =
      new ClusterTimings(
          Duration.ofMillis(40),
          Duration.ofMillis(150),
          Duration.ofMillis(50),
          Duration.ofMillis(250),
          Duration.ofMillis(50));

  public ClusterTimings {
    require(heartbeat.toMillis() >= 5, "heartbeat", heartbeat, "at least 5ms");
    require(
        lease.compareTo(heartbeat.multipliedBy(2)) >= 0,
        "lease",
        lease,
        "at least twice the heartbeat (" + heartbeat.toMillis() + "ms)");
    require(
        silence.compareTo(lease) > 0,
        "silence",
        silence,
        "longer than the lease (" + lease.toMillis() + "ms)");
    require(
        silence.compareTo(detectionInterval.multipliedBy(3)) >= 0,
        "silence",
        silence,
        "at least three times the detection interval (" + detectionInterval.toMillis() + "ms)");
    require(verification.toMillis() >= 1, "verification", verification, "at least 1ms");
  }

  private static void require(boolean valid, String key, Duration found, String allowed) {
    if (!valid) {
      throw new IllegalArgumentException(
          "%s: found %dms, allowed is %s".formatted(key, found.toMillis(), allowed));
    }
  }
}
