package dev.shunt.replication.local;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The member's copy of the session table, with the rules by which one entry replaces another.
 *
 * <p>Thread-safe and bounded. The order in which entries arrive does not matter: of two entries of
 * a flow the same one wins on every member.
 */
public final class SessionCopy {

  /** What became of an entry. */
  public enum Outcome {
    /** It is in the copy now. */
    TAKEN,
    /** The very same entry was there already. */
    KNOWN,
    /** The entry that is there carries a higher term. */
    LOWER_TERM,
    /** The entry that is there is of the same term and newer. */
    OLDER,
    /** The copy is full. */
    REFUSED
  }

  private final int maxSessions;
  private final ConcurrentHashMap<Flow, Session> sessions = new ConcurrentHashMap<>();
  private final AtomicLong highestTerm = new AtomicLong();
  private final LongAdder refused = new LongAdder();
  private final LongAdder digest = new LongAdder();

  public SessionCopy(int maxSessions) {
    this.maxSessions = maxSessions;
  }

  /** Takes what this member's scheduler writes, unless what is there supersedes it. */
  public Outcome put(Session session) {
    return take(session, false);
  }

  /**
   * Takes what another member wrote. It may come twice and in any order, so that, other than with
   * {@link #put}, an earlier state of the same session does not replace a later one.
   */
  public Outcome arrive(Session session) {
    return take(session, true);
  }

  /**
   * Removes a session unless its entry carries a higher term.
   *
   * @return whether it was there and is gone
   */
  public boolean remove(Flow flow, Term term) {
    boolean[] removed = new boolean[1];
    sessions.computeIfPresent(
        flow,
        (_, held) -> {
          removed[0] = !held.term().isAfter(term);
          if (removed[0]) {
            digest.add(-held.digest());
          }
          return removed[0] ? null : held;
        });
    return removed[0];
  }

  public Optional<Session> get(Flow flow) {
    return Optional.ofNullable(sessions.get(flow));
  }

  public int size() {
    return sessions.size();
  }

  /** Weakly consistent, in no order. */
  public void forEach(Consumer<Session> action) {
    sessions.values().forEach(action);
  }

  /** The highest term of any entry that was ever here. */
  public Term highestTerm() {
    return new Term(highestTerm.get());
  }

  /** The sum of all digests: two copies that rest and have the same one are equal. */
  public long digest() {
    return digest.sum();
  }

  /** How many entries found the copy full. */
  public long refused() {
    return refused.sum();
  }

  private Outcome take(Session session, boolean fromAfar) {
    highestTerm.accumulateAndGet(session.term().number(), Math::max);
    // Two threads may pass together: the bound is exact but for the number of writing threads.
    if (sessions.mappingCount() >= maxSessions && !sessions.containsKey(session.flow())) {
      refused.increment();
      return Outcome.REFUSED;
    }
    Outcome[] outcome = new Outcome[1];
    sessions.compute(
        session.flow(),
        (_, held) -> {
          outcome[0] = held == null ? Outcome.TAKEN : compare(session, held, fromAfar);
          if (outcome[0] == Outcome.TAKEN) {
            digest.add(session.digest() - (held == null ? 0 : held.digest()));
          }
          return held == null || outcome[0] == Outcome.TAKEN ? session : held;
        });
    return outcome[0];
  }

  private static Outcome compare(Session session, Session held, boolean fromAfar) {
    if (session.equals(held)) {
      return Outcome.KNOWN;
    }
    if (!session.supersedes(held)) {
      return held.term().isAfter(session.term()) ? Outcome.LOWER_TERM : Outcome.OLDER;
    }
    return fromAfar && isEarlierState(session, held) ? Outcome.OLDER : Outcome.TAKEN;
  }

  private static boolean isEarlierState(Session session, Session held) {
    return session.term().equals(held.term())
        && session.sinceMillis() == held.sinceMillis()
        && session.target() == held.target()
        && session.state().compareTo(held.state()) < 0;
  }
}
