package dev.shunt.scheduler;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.replication.SessionTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * @param scheduler whether this member is: then what only the kernel knows is news, else it is a
   *     leftover, and where both know a session the table is right
   * @param leftoverNanos how long a session of this kernel must have been idle for that, so that an
   *     entry on its way is not taken for one; but not where the array has its label for another
   *     session: it would lead that one's packets astray
   * @return how many entries differed
   */
  public int reconcile(boolean scheduler, long leftoverNanos) throws DataPlaneException {
    Map<Flow, Session> missing = new HashMap<>();
    BitSet labelled = new BitSet();
    table.forEach(session -> {
      missing.put(session.flow(), session);
      labelled.set(session.label().forth());
    });
    labelled.clear(SessionLabel.NONE.forth());
    List<KernelSession> news = new ArrayList<>();
    List<Flow> leftovers = new ArrayList<>();
    List<Session> others = new ArrayList<>();
    for (KernelSession session : dataPlane.sessions()) {
      Session held = missing.remove(session.flow());
      Session told = held != null ? held : table.get(session.flow()).orElse(null);
      boolean old = session.idleNanos() >= leftoverNanos;
      if (told == null && scheduler) {
        news.add(session);
      } else if (told == null && (old || labelled.get(session.label().forth()))) {
        leftovers.add(session.flow());
      } else if (told != null && !scheduler && old && differs(session, told)) {
        others.add(told);
      }
    }
    news.forEach(this::tell);
    ended(dataPlane.removeSessions(leftovers));
    others.addAll(missing.values());
    dataPlane.putSessions(others);
    return news.size() + leftovers.size() + others.size();
  }

  private static boolean differs(KernelSession session, Session told) {
    return session.target() != told.target() || session.label().forth() != told.label().forth();
  }

  private void tell(KernelSession session) {
    table.put(
        new Session(
            session.flow(),
            session.target(),
            session.state(),
            term,
            wallClockMillis.getAsLong(),
            session.label()));
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
