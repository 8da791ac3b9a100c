package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Ticker;
import java.time.Duration;
import java.util.Set;

/**
 * Decides when this member leaves the shared tables and joins them anew.
 *
 * <p>Hazelcast heals a split by itself within some seconds. Not always: where members suspected
 * each other while one was joining, as on machines that stand still now and then, one can be left
 * that calls itself alone while the others count it in, for good; or tables of which no part can be
 * written; or, where the member with which one was merging died meanwhile, tables that never come
 * to rest, so that the copy is never complete and nobody can be scheduler. What the member has is
 * its own copy, so nothing is lost by joining anew.
 *
 * <p>Not thread-safe.
 */
final class Rejoin {

  /** Several times what Hazelcast needs to heal a split. */
  static final Duration FIRST = Duration.ofSeconds(20);

  /** Between two of a row, where it does not help: the network lets membership through alone. */
  static final Duration LAST = Duration.ofMinutes(5);

  private final Ticker ticker;
  private Duration patience = FIRST;
  private boolean wrong;
  private long sinceNanos;

  Rejoin(Ticker ticker) {
    this.ticker = ticker;
  }

  /**
   * Whether it is time; then the wait begins again, twice as long.
   *
   * @param seen who takes part in the tables, as this member sees it; empty while it joins
   * @param missing whom membership sees beside those
   * @param stalled how long a write has been waiting for the tables
   * @param complete whether this member's copy is
   */
  boolean due(Set<MemberId> seen, Set<MemberId> missing, Duration stalled, boolean complete) {
    boolean alone = !missing.isEmpty() && isSmaller(seen, missing);
    boolean stuck = stalled.compareTo(FIRST) > 0;
    boolean restless = !complete && missing.isEmpty();
    if (seen.isEmpty() || !(alone || stuck || restless)) {
      // A join is no cure yet: only tables that are whole are.
      if (!seen.isEmpty() && missing.isEmpty()) {
        patience = FIRST;
      }
      wrong = false;
      return false;
    }
    long now = ticker.nanos();
    if (!wrong) {
      wrong = true;
      sinceNanos = now;
    }
    if (now - sinceNanos < patience.toNanos()) {
      return false;
    }
    wrong = false;
    Duration doubled = patience.multipliedBy(2);
    patience = doubled.compareTo(LAST) < 0 ? doubled : LAST;
    return true;
  }

  /** Of two parts one has to stay: the greater one, or that of the first member. */
  private static boolean isSmaller(Set<MemberId> seen, Set<MemberId> missing) {
    if (seen.size() != missing.size()) {
      return seen.size() < missing.size();
    }
    return first(missing).compareTo(first(seen)) < 0;
  }

  private static MemberId first(Set<MemberId> ids) {
    return ids.stream().min(MemberId::compareTo).orElseThrow();
  }
}
