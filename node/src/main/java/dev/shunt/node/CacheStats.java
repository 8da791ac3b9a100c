package dev.shunt.node;

/**
 * What a {@link ResponseStore} did and holds. Each request that it was asked about counts in
 * exactly one of the first six.
 *
 * @param hits were answered with a fresh kept response
 * @param validated were answered with a kept response that its server had confirmed
 * @param collapsed were answered with what another request's server had sent for that one
 * @param stale were answered with a kept response that was not fresh any more
 * @param misses went to a server, and could have been answered from the store
 * @param bypassed went to a server because such a request is never answered from the store
 * @param stored responses that were kept
 * @param refused responses to misses that may not be kept, or are too large
 * @param evicted responses that made room for others
 * @param purged responses that a {@link CachePurge} or an unsafe request dropped
 * @param entries responses held now
 * @param bytes that these take, heads and keys included
 * @param mostBytes that they may take
 */
public record CacheStats(
    long hits,
    long validated,
    long collapsed,
    long stale,
    long misses,
    long bypassed,
    long stored,
    long refused,
    long evicted,
    long purged,
    long entries,
    long bytes,
    long mostBytes) {}
