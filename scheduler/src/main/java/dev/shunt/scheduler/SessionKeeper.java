package dev.shunt.scheduler;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionState;
import dev.shunt.replication.SessionTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * Keeps the array's session table and the kernel's equal: what the kernel opens is told to the
 * array, what other members open is told to the kernel.
 *
 * <p>Used by one thread, but for {@link #onTerm}. No I/O but the data plane's.
 */
public final class SessionKeeper {

  private final SessionTable table;
  private final DataPlane dataPlane;
  private final SessionTimeouts timeouts;
  private final LongSupplier wallClockMillis;
  private final IntConsumer labelEnded;
  private volatile Term term = Term.NONE;

  /**
   * @param wallClockMillis milliseconds since the epoch
   * @param labelEnded hears each session's label, from client to server, that leads nowhere any
   *     more; on any of the keeper's threads
   */
  public SessionKeeper(
      SessionTable table,
      DataPlane dataPlane,
      SessionTimeouts timeouts,
      LongSupplier wallClockMillis,
      IntConsumer labelEnded) {
    this.table = table;
    this.dataPlane = dataPlane;
    this.timeouts = timeouts;
    this.wallClockMillis = wallClockMillis;
    this.labelEnded = labelEnded;
  }

  /** Entries written from now on carry this term. */
  public void onTerm(Term newTerm) {
    term = newTerm;
  }

  /** The kernel opened sessions, or they went on in their life. */
  public void onEvents(List<SessionEvent> events) {
    for (SessionEvent event : events) {
      Optional<Session> known = table.get(event.flow());
      SessionState state =
          switch (event.kind()) {
            case OPENED -> SessionState.OPENING;
            case ESTABLISHED -> SessionState.ESTABLISHED;
            case CLOSING -> SessionState.CLOSING;
          };
      long since =
          event.kind() == SessionEvent.Kind.OPENED
              ? wallClockMillis.getAsLong()
              : known.map(Session::sinceMillis).orElseGet(wallClockMillis::getAsLong);
      table.put(new Session(event.flow(), event.target(), state, term, since, event.label()));
      // A session that moves to another target has other labels there, or none.
      known
          .map(session -> session.label().forth())
          .filter(label -> label != event.label().forth())
          .ifPresent(this::ended);
    }
  }

  /** Other members opened sessions. */
  public void onRemotePut(List<Session> sessions) throws DataPlaneException {
    dataPlane.putSessions(sessions);
  }

  /** Other members saw sessions end. */
  public void onRemoteRemove(List<Flow> flows) throws DataPlaneException {
    ended(dataPlane.removeSessions(flows));
  }

  /**
   * Forgets what was silent for too long, here and in the array. Only the scheduler may do so: the
   * others do not see the packets that keep a session alive.
   *
   * @param heldSinceNanos since when this member has been scheduler: silence before that is unknown
   * @return how many were forgotten
   */
  public int expire(long heldSinceNanos) throws DataPlaneException {
    List<EndedSession> expired = dataPlane.expire(timeouts, heldSinceNanos);
    for (EndedSession session : expired) {
      table.remove(session.flow(), term);
    }
    ended(expired);
    return expired.size();
  }

  /**
   * Makes kernel and table equal again where an event or an entry was lost.
   *
   * @param scheduler whether this member is: then a session that only the kernel knows is news,
   *     else it is a leftover
   * @param leftoverNanos how long a leftover must have been idle, so that an entry on its way is
   *     not taken for one
   * @return how many entries differed
   */
  public int reconcile(boolean scheduler, long leftoverNanos) throws DataPlaneException {
    List<KernelSession> inKernel = dataPlane.sessions();
    Set<Flow> seen = HashSet.newHashSet(inKernel.size());
    List<Flow> leftovers = new ArrayList<>();
    int differed = 0;
    for (KernelSession session : inKernel) {
      seen.add(session.flow());
      if (table.get(session.flow()).isPresent()) {
        continue;
      }
      if (scheduler) {
        table.put(
            new Session(
                session.flow(),
                session.target(),
                session.state(),
                term,
                wallClockMillis.getAsLong(),
                session.label()));
        differed++;
      } else if (session.idleNanos() > leftoverNanos) {
        leftovers.add(session.flow());
      }
    }
    List<Session> missing = new ArrayList<>();
    table.forEach(session -> {
      if (!seen.contains(session.flow())) {
        missing.add(session);
      }
    });
    ended(dataPlane.removeSessions(leftovers));
    dataPlane.putSessions(missing);
    return differed + leftovers.size() + missing.size();
  }

  private void ended(List<EndedSession> sessions) {
    sessions.forEach(session -> ended(session.label()));
  }

  private void ended(int label) {
    if (label != 0) {
      labelEnded.accept(label);
    }
  }
}
