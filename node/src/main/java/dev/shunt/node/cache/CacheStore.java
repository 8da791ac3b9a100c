package dev.shunt.node.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.shunt.node.CachePurge;
import dev.shunt.node.CacheStats;
import dev.shunt.node.ResponseStore;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a service keeps of responses, for all its event loops: finding one takes no lock, and
 * nothing waits but purges, which are for threads of people.
 */
final class CacheStore implements ResponseStore {

  /**
   * URLs whose responses are for one request each are remembered so that nobody waits for them:
   * their characters.
   */
  private static final int MOST_UNSTORABLE = 1 << 21;

  private static final long UNSTORABLE_SECONDS = 120;

  /** Counters of changes, of which URLs share one: a power of two. */
  private static final int STRIPES = 4096;

  private static final int KIB = 10;

  /** Bytes of an entry beside key and responses, about. */
  private static final int OVERHEAD = 128;

  final CacheCounters counters;
  private final long most;
  private final Cache<String, Variants> kept;
  private final Cache<String, Boolean> unstorable;
  private final ConcurrentMap<String, Flight> flights = new ConcurrentHashMap<>();
  private final AtomicLong collected = new AtomicLong();
  private final AtomicLong purges = new AtomicLong();
  private final AtomicLongArray changes = new AtomicLongArray(STRIPES);

  /** Whoever keeps a response has it for reading, if he gets it at once; a purge for writing. */
  private final ReadWriteLock purging = new ReentrantReadWriteLock();

  CacheStore(long most, CacheCounters counters) {
    this.most = most;
    this.counters = counters;
    this.kept =
        Caffeine.newBuilder()
            .maximumWeight(most >> KIB)
            .weigher((String key, Variants of) -> weight(key, of))
            .executor(Runnable::run)
            .evictionListener((_, of, _) -> counters.evicted(of == null ? 0 : of.size()))
            .build();
    this.unstorable =
        Caffeine.newBuilder()
            .maximumWeight(MOST_UNSTORABLE)
            .weigher((String url, Boolean _) -> url.length() + OVERHEAD)
            .expireAfterWrite(UNSTORABLE_SECONDS, TimeUnit.SECONDS)
            .executor(Runnable::run)
            .build();
  }

  /** In KiB: one URL may have more bytes than an int counts. */
  private static int weight(String key, Variants of) {
    long bytes = of.weight() + 2L * key.length() + OVERHEAD;
    return (int) Math.min(Integer.MAX_VALUE, (bytes >> KIB) + 1);
  }

  Variants find(CacheKey key) {
    Variants found = kept.getIfPresent(key.url());
    return found == null ? Variants.NONE : found;
  }

  private static int stripe(String url) {
    int hash = url.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }

  /** What was purged of a URL so far. */
  Stamp stamp(CacheKey key) {
    return new Stamp(purges.get(), changes.get(stripe(key.url())));
  }

  /** Whether nothing that may have been about it was purged since. */
  boolean holds(CacheKey key, Stamp since) {
    return since.equals(stamp(key));
  }

  /**
   * Keeps a response, unless something that may have been about it was purged meanwhile.
   *
   * @param confirmed in whose place, if a server has confirmed one: not where a newer one has come
   */
  boolean put(
      CacheKey key, Stamp since, StoredResponse response, @Nullable StoredResponse confirmed) {
    if (!purging.readLock().tryLock()) {
      return false;
    }
    try {
      boolean[] put = {false};
      kept.asMap()
          .compute(
              key.url(),
              (_, before) -> {
                Variants there = before == null ? Variants.NONE : before;
                put[0] = holds(key, since) && (confirmed == null || there.has(confirmed));
                return put[0] ? there.with(response) : before;
              });
      if (put[0]) {
        counters.stored();
        unstorable.invalidate(key.url());
      }
      return put[0];
    } finally {
      purging.readLock().unlock();
    }
  }

  /** Forgets one response. */
  void drop(CacheKey key, StoredResponse response) {
    change(key.url(), before -> before.without(response));
  }

  /** An unsafe request has changed what is there (RFC 9111 section 4.4). */
  void invalidate(CacheKey key) {
    for (String each : key.bothSchemes()) {
      for (String url : CacheKey.ofUrl(each)) {
        changes.incrementAndGet(stripe(url));
        counters.purged(change(url, _ -> Variants.NONE));
      }
    }
  }

  /** Changes what is kept of a URL; returns how many responses that are fewer. */
  private int change(String url, UnaryOperator<Variants> by) {
    int[] fewer = {0};
    kept.asMap()
        .computeIfPresent(
            url,
            (_, before) -> {
              Variants after = by.apply(before);
              fewer[0] = before.size() - after.size();
              return after.size() == 0 ? null : after;
            });
    return fewer[0];
  }

  @Override
  public int purge(CachePurge what) {
    purging.writeLock().lock();
    try {
      purges.incrementAndGet();
      unstorable.invalidateAll();
      String value =
          what.kind() == CachePurge.Kind.URL && CacheKey.hasNoPath(what.value())
              ? what.value() + "/"
              : what.value();
      List<String> keys = value.contains("://") ? CacheKey.ofUrl(value) : List.of();
      int count =
          switch (what.kind()) {
            case ALL -> purgeEach((_, _) -> true, _ -> Variants.NONE);
            case URL -> keys.stream().mapToInt(url -> change(url, _ -> Variants.NONE)).sum();
            case PREFIX ->
                purgeEach((url, _) -> keys.stream().anyMatch(url::startsWith), _ -> Variants.NONE);
            case TAG ->
                purgeEach(
                    (_, of) -> of.all().stream().anyMatch(one -> one.tags.contains(value)),
                    of -> of.withoutTag(value));
          };
      counters.purged(count);
      return count;
    } finally {
      purging.writeLock().unlock();
    }
  }

  private int purgeEach(BiPredicate<String, Variants> which, UnaryOperator<Variants> by) {
    int count = 0;
    for (Map.Entry<String, Variants> each : kept.asMap().entrySet()) {
      if (which.test(each.getKey(), each.getValue())) {
        count += change(each.getKey(), by);
      }
    }
    return count;
  }

  @Override
  public CacheStats stats() {
    long entries = 0;
    for (Variants each : kept.asMap().values()) {
      entries += each.size();
    }
    OptionalLong bytes = kept.policy().eviction().orElseThrow().weightedSize();
    return counters.read(entries, bytes.orElse(0) << KIB, most);
  }

  /**
   * Takes room for so many bytes of a body that is on its way, of as many as may be kept in all;
   * false when there is none.
   */
  boolean takeRoom(int bytes) {
    if (collected.addAndGet(bytes) <= most) {
      return true;
    }
    collected.addAndGet(-bytes);
    return false;
  }

  void giveRoom(int bytes) {
    collected.addAndGet(-bytes);
  }

  // Requests for the same.

  /** Whether responses of a URL are for one request each, as far as is known. */
  boolean isUnstorable(CacheKey key) {
    return unstorable.getIfPresent(key.url()) != null;
  }

  void unstorable(CacheKey key) {
    unstorable.put(key.url(), Boolean.TRUE);
  }

  /** The request that is under way for the same, or {@code own} that is from now on. */
  Flight join(CacheKey key, Flight own) {
    Flight there = flights.putIfAbsent(name(key), own);
    return there == null ? own : there;
  }

  /** Ends a request, which others may wait for. */
  void land(CacheKey key, Flight flight, Flight.Outcome outcome, @Nullable StoredResponse stored) {
    flights.remove(name(key), flight);
    flight.end(outcome, stored);
  }

  /**
   * A response has come: whoever waits for that of a slower request can have it, where nothing was
   * purged between both.
   */
  void landed(CacheKey key, Stamp since, StoredResponse stored) {
    Flight there = flights.get(name(key));
    if (there != null && there.stamp.equals(since) && flights.remove(name(key), there)) {
      there.end(Flight.Outcome.STORED, stored);
    }
  }

  private static String name(CacheKey key) {
    return key.rest().isEmpty() ? key.url() : key.url() + "\n" + key.rest();
  }
}
