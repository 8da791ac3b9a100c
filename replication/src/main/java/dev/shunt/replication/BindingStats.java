package dev.shunt.replication;

/**
 * How a table of bindings is doing; counters grow since the start.
 *
 * @param entries bindings here now
 * @param evicted those that made way for others because the table was full
 * @param expired those that were idle for too long
 * @param conflicts bindings of other members that a better one stood against, which was sent again
 * @param queued changes that wait to be sent now, of all tables
 * @param overflowed changes that the queue had no room for, of all tables
 * @param lagMicrosP50 median time from a change on another member to its arrival here over the last
 *     minute, of all tables; 0 when nothing came
 * @param lagMicrosP99 the same, 99th percentile
 */
public record BindingStats(
    int entries,
    long evicted,
    long expired,
    long conflicts,
    int queued,
    long overflowed,
    long lagMicrosP50,
    long lagMicrosP99) {}
