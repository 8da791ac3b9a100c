package dev.shunt.ops.admin.model;

/**
 * How the shared tables are doing; counters since the start.
 *
 * @param complete whether this member's copies hold everything
 * @param sessions in the table
 * @param sent entries the shared table acknowledged
 * @param received entries from other members
 * @param queued entries that wait now
 * @param overflowed writes that stayed local because the queue was full
 * @param failed writes that were refused and tried again
 * @param lagMicrosP50 median time from a write elsewhere to its arrival here
 * @param lagMicrosP99 the same, 99th percentile
 * @param stalledMillis how long the oldest batch has been waiting
 * @param mended entries in which copy and shared table differed, and were made equal
 * @param equalForMillis how long ago copy and shared table were found equal; -1 if never yet
 * @param digest of all sessions, 16 hex digits: members that rest and have the same one have the
 *     same sessions
 */
public record ReplicationStatus(
    boolean complete,
    long sessions,
    long sent,
    long received,
    long queued,
    long overflowed,
    long failed,
    long lagMicrosP50,
    long lagMicrosP99,
    long stalledMillis,
    long mended,
    long equalForMillis,
    String digest) {}
