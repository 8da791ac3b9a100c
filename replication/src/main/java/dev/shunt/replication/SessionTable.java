package dev.shunt.replication;

import dev.shunt.cluster.Term;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The sessions of the whole array, held completely in every member.
 *
 * <p>Thread-safe. Writing never waits: it goes into a bounded queue, is seen by {@link #get} at
 * once, and reaches the other members in batches. When the queue is full the write stays local and
 * is counted ({@link ReplicationStats#overflowed()}).
 */
public interface SessionTable {

  /** Hears what other members wrote; called in batches from one thread, entries in order. */
  interface Listener {
    void onRemotePut(List<Session> sessions);

    void onRemoteRemove(List<Flow> flows);
  }

  /** Writes or replaces a session unless the entry there supersedes it. */
  void put(Session session);

  /** Removes a session unless its entry carries a higher term. */
  void remove(Flow flow, Term term);

  Optional<Session> get(Flow flow);

  int size();

  /** Every session, in no order; weakly consistent. */
  void forEach(Consumer<Session> action);

  /** At most one listener; sessions that are there already are reported first. */
  void listen(Listener listener);
}
