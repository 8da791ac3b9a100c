package dev.shunt.node;

/**
 * How long requests took, in microseconds, since the start.
 *
 * @param count how many
 * @param sum of all of them
 * @param p50 median
 * @param p90 of ten requests, nine took at most this long
 * @param p99 of a hundred, 99
 * @param p999 of a thousand, 999
 * @param max the longest
 */
public record LatencyStats(
    long count, long sum, long p50, long p90, long p99, long p999, long max) {}
