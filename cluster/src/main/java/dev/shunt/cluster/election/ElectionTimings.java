package dev.shunt.cluster.election;

import dev.shunt.cluster.ClusterTimings;
import java.time.Duration;

/**
 * The machine's times in nanoseconds; everything that is not configured is a constant here.
 *
 * @param heartbeat how often the scheduler renews its lease
 * @param lease how long a promise lasts
 * @param patience for how long the array may be without a scheduler before that is taken for a
 *     fault: the raft leader then names another member, and a leader that is outranked stands in
 *     (raft may forget its term with its disks, and a leader that slept may not learn the new one).
 *     Twice the time in which a member should have been noticed to be gone.
 */
record ElectionTimings(long heartbeat, long lease, long patience) {

  /**
   * Taken off every lease by its holder, never by a voter: it covers clocks that run at different
   * speeds, 1.3 % of the default lease (a quartz clock is off by 0.01 %), and the time between
   * looking at the clock and acting on it.
   */
  static final long MARGIN = millis(2);

  /** How often an appointed member asks for promises until it has a majority's. */
  static final long CAMPAIGN_INTERVAL = millis(10);

  /** However soon a vote becomes free, it is not asked for again before this. */
  static final long SHORTEST_WAIT = millis(1);

  /** For how long it asks that often; afterwards it asks as often as a scheduler does. */
  static final long CAMPAIGN_HASTE = millis(2_000);

  /** How often the raft leader repeats its appointment, and a resigning scheduler its wish. */
  static final long REPEAT_INTERVAL = millis(100);

  /** How often members repeat what they publish about themselves. */
  static final long HELLO_INTERVAL = millis(250);

  /**
   * After how long without any message a member counts as absent though the group still has it:
   * whoever leads the group hears it, this member does not. Eight messages, for any of them may be
   * lost; who is gone for everybody leaves the group much sooner.
   */
  static final long HEARING = millis(2_000);

  /** For how long a wish to resign stands if nobody can grant it. */
  static final long RESIGN_PATIENCE = millis(2_000);

  /** How often a release is sent, {@link #CAMPAIGN_INTERVAL} apart, for one may be lost. */
  static final int RELEASES = 3;

  /** Longest lease there is, and the longest promise a voter gives however long it is asked for. */
  static final long LONGEST_PROMISE = millis(60_000);

  static ElectionTimings of(ClusterTimings timings) {
    return new ElectionTimings(
        timings.heartbeat().toNanos(),
        Math.min(timings.lease().toNanos(), LONGEST_PROMISE),
        timings.silence().plus(timings.verification()).multipliedBy(2).toNanos());
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }
}
