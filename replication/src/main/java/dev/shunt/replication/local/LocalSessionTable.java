package dev.shunt.replication.local;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A session table that only this member knows; other members' writes can be played to it. */
public final class LocalSessionTable implements SessionTable {

  private final SessionCopy copy;
  private @Nullable Listener listener;

  LocalSessionTable(SessionCopy copy) {
    this.copy = copy;
  }

  @Override
  public void put(Session session) {
    copy.put(session);
  }

  @Override
  public void remove(Flow flow, Term term) {
    copy.remove(flow, term);
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
  public synchronized void listen(Listener newListener) {
    listener = newListener;
    List<Session> there = new ArrayList<>();
    copy.forEach(there::add);
    if (!there.isEmpty()) {
      newListener.onRemotePut(there);
    }
  }

  /** Plays a batch that another member wrote: takes what is news and tells the listener. */
  public synchronized void arrive(List<Session> sessions) {
    List<Session> news =
        sessions.stream().filter(s -> copy.arrive(s) == SessionCopy.Outcome.TAKEN).toList();
    if (listener != null && !news.isEmpty()) {
      listener.onRemotePut(news);
    }
  }

  /** Plays a batch of removals by another member, a scheduler of {@code term}. */
  public synchronized void depart(List<Flow> flows, Term term) {
    List<Flow> news = flows.stream().filter(f -> copy.remove(f, term)).toList();
    if (listener != null && !news.isEmpty()) {
      listener.onRemoteRemove(news);
    }
  }
}
