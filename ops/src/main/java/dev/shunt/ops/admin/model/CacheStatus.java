package dev.shunt.ops.admin.model;

import dev.shunt.node.CacheStats;
import org.jspecify.annotations.Nullable;

/**
 * What one member keeps of a service's responses, and what came of it since its start. Each request
 * counts in exactly one of {@code hits}, {@code validated}, {@code collapsed}, {@code stale},
 * {@code misses} and {@code bypassed}.
 *
 * @param member whose node keeps them
 * @param hitRatio the part of the requests that could be answered from the store (all but those
 *     bypassed) that was, validated ones among them; absent while there were none
 * @param hits answered with a fresh kept response
 * @param validated answered with a kept response that its server had confirmed
 * @param collapsed answered with what a server sent for another request
 * @param stale answered with a kept response that was not fresh any more
 * @param misses went to a server, and could have been answered from the store
 * @param bypassed went to a server because such a request is never answered from the store
 * @param stored responses that were kept
 * @param refused responses to misses that may not be kept, or are too large
 * @param evicted responses that made room for others
 * @param purged responses that a purge or an unsafe request dropped
 * @param entries responses held now
 * @param bytes that these take
 * @param mostBytes that they may take
 */
public record CacheStatus(
    String service,
    String member,
    @Nullable Double hitRatio,
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
    long mostBytes) {

  public static CacheStatus of(String service, String member, CacheStats s) {
    return new CacheStatus(
        service,
        member,
        hitRatio(s.hits() + s.validated() + s.collapsed() + s.stale(), s.misses()),
        s.hits(),
        s.validated(),
        s.collapsed(),
        s.stale(),
        s.misses(),
        s.bypassed(),
        s.stored(),
        s.refused(),
        s.evicted(),
        s.purged(),
        s.entries(),
        s.bytes(),
        s.mostBytes());
  }

  private static @Nullable Double hitRatio(long answered, long misses) {
    return answered + misses == 0 ? null : (double) answered / (answered + misses);
  }

  /**
   * Both together.
   *
   * @param name whom to call what they are together
   */
  public CacheStatus plus(CacheStatus other, String name) {
    return of(
        service,
        name,
        new CacheStats(
            hits + other.hits,
            validated + other.validated,
            collapsed + other.collapsed,
            stale + other.stale,
            misses + other.misses,
            bypassed + other.bypassed,
            stored + other.stored,
            refused + other.refused,
            evicted + other.evicted,
            purged + other.purged,
            entries + other.entries,
            bytes + other.bytes,
            mostBytes + other.mostBytes));
  }
}
