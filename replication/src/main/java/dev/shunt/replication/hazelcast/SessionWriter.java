package dev.shunt.replication.hazelcast;

import com.hazelcast.map.IMap;
import dev.shunt.cluster.Term;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.replication.ReplicationConfig;
import dev.shunt.replication.hazelcast.OutgoingQueue.Change;
import dev.shunt.replication.local.SessionCopy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Brings changed sessions into the shared session table. */
final class SessionWriter extends BatchWriter<Change> {

  private final SessionCopy copy;
  private final Counters counters;

  SessionWriter(
      ReplicationConfig config,
      OutgoingQueue queue,
      SessionCopy copy,
      Ticker ticker,
      Counters counters) {
    super(config, queue, ticker);
    this.copy = copy;
    this.counters = counters;
  }

  @Override
  void acknowledged(int changes) {
    counters.sent.add(changes);
  }

  @Override
  void refused(int changes) {
    counters.failed.add(changes);
  }

  // The map is only iterated, never asked for a key.
  @Override
  @SuppressWarnings("ArrayAsKeyOfSetOrMap")
  void put(IMap<byte[], byte[]> to, List<Change> batch, List<CompletableFuture<?>> answers) {
    Map<byte[], byte[]> entries = new HashMap<>();
    for (Change change : batch) {
      if (change.removal() == null) {
        // Gone since: then a removal waits in the queue, or another member removed it.
        copy.get(change.flow())
            .ifPresent(session ->
                entries.put(
                    SessionCodec.key(session.flow()),
                    SessionCodec.value(session, change.sinceMicros())));
      }
    }
    if (!entries.isEmpty()) {
      answers.add(to.setAllAsync(entries).toCompletableFuture());
    }
  }

  /** Of other flows than {@link #put}'s: neither waits for the other. */
  @Override
  void remove(IMap<byte[], byte[]> to, List<Change> batch, List<CompletableFuture<?>> answers) {
    removals(batch)
        .forEach((term, flows) ->
            answers.add(to.submitToKeys(keys(flows), new RemoveUpTo(term)).toCompletableFuture()));
  }

  /** Almost always of one term. */
  private static Map<Term, Set<Flow>> removals(List<Change> batch) {
    Map<Term, Set<Flow>> byTerm = new HashMap<>();
    for (Change change : batch) {
      Term term = change.removal();
      if (term != null) {
        byTerm.computeIfAbsent(term, _ -> new HashSet<>()).add(change.flow());
      }
    }
    return byTerm;
  }

  // The set is only iterated, never asked for a key.
  @SuppressWarnings("ArrayAsKeyOfSetOrMap")
  private static Set<byte[]> keys(Set<Flow> flows) {
    Set<byte[]> keys = new HashSet<>();
    flows.forEach(flow -> keys.add(SessionCodec.key(flow)));
    return keys;
  }
}
