package dev.shunt.replication;

/**
 * How replication is doing; all counters grow since the start.
 *
 * @param sent entries that the shared table acknowledged
 * @param received entries that came from other members
 * @param queued entries that wait to be sent now
 * @param overflowed writes that stayed local because the queue was full
 * @param failed writes that the shared table refused, each tried again until it was taken or
 *     superseded
 * @param malformed records from other members that could not be read, and were ignored
 * @param refused sessions that found the local copy full, and were not kept
 * @param lagMicrosP50 median time from a write on another member to its arrival here, in
 *     microseconds of wall-clock time, over the last minute; 0 when nothing came
 * @param lagMicrosP99 the same, 99th percentile
 * @param stalledMillis for how long the oldest unacknowledged batch has been waiting; 0 when none
 *     is
 * @param mended entries in which copy and shared table turned out to differ, and that were made
 *     equal
 * @param equalForMillis how long ago copy and shared table were found equal; -1 if never yet
 * @param digest the sum of {@link Session#digest} over the copy: two members that rest and have the
 *     same one have the same sessions
 */
public record ReplicationStats(
    long sent,
    long received,
    long queued,
    long overflowed,
    long failed,
    long malformed,
    long refused,
    long lagMicrosP50,
    long lagMicrosP99,
    long stalledMillis,
    long mended,
    long equalForMillis,
    long digest) {

  public static final ReplicationStats NONE =
      new ReplicationStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0);
}
