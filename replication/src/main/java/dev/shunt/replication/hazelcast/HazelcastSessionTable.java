package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionTable;
import dev.shunt.replication.local.SessionCopy;
import java.util.Optional;
import java.util.function.Consumer;

/** The local copy, whose changes go into the outgoing queue. */
final class HazelcastSessionTable implements SessionTable {

  private final SessionCopy copy;
  private final Authorship authorship;
  private final Outgoing outgoing;
  private final Arrivals arrivals;

  HazelcastSessionTable(
      SessionCopy copy, Authorship authorship, Outgoing outgoing, Arrivals arrivals) {
    this.copy = copy;
    this.authorship = authorship;
    this.outgoing = outgoing;
    this.arrivals = arrivals;
  }

  @Override
  public void put(Session session) {
    authorship.wrote(session.term());
    if (copy.put(session) == SessionCopy.Outcome.TAKEN) {
      outgoing.put(session.flow());
    }
  }

  @Override
  public void remove(Flow flow, Term term) {
    authorship.wrote(term);
    // Also when it is not here: it may be in the shared table and not have arrived yet.
    if (copy.remove(flow, term) || copy.get(flow).isEmpty()) {
      outgoing.remove(flow, term);
    }
  }

  @Override
  public Optional<Session> get(Flow flow) {
    return copy.get(flow);
  }

  @Override
  public int size() {
    return copy.size();
  }

  @Override
  public void forEach(Consumer<Session> action) {
    copy.forEach(action);
  }

  @Override
  public void listen(Listener listener) {
    arrivals.listen(listener);
  }
}
