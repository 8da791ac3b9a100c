package dev.shunt.replication.hazelcast;

import com.hazelcast.map.IMap;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Binding;
import dev.shunt.replication.ReplicationConfig;
import dev.shunt.replication.hazelcast.BindingQueue.Change;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Brings changed bindings into the shared map. */
final class BindingWriter extends BatchWriter<Change> {

  BindingWriter(ReplicationConfig config, BindingQueue queue, Ticker ticker) {
    super(config, queue, ticker);
  }

  // The map is only iterated, never asked for a key.
  @Override
  @SuppressWarnings("ArrayAsKeyOfSetOrMap")
  void put(IMap<byte[], byte[]> to, List<Change> batch, List<CompletableFuture<?>> answers) {
    Map<byte[], byte[]> entries = new HashMap<>();
    for (Change change : batch) {
      Binding now = change.table().find(change.binding().high(), change.binding().low());
      if (!change.removal() && now.isPresent()) {
        now.told(now.usedSeconds());
        entries.put(
            BindingCodec.key(change.table().number(), now),
            BindingCodec.value(now, change.sinceMicros()));
      }
    }
    if (!entries.isEmpty()) {
      answers.add(to.setAllAsync(entries).toCompletableFuture());
    }
  }

  @Override
  void remove(IMap<byte[], byte[]> to, List<Change> batch, List<CompletableFuture<?>> answers) {
    removals(batch)
        .forEach((before, keys) ->
            answers.add(to.submitToKeys(keys, new RemoveUnused(before)).toCompletableFuture()));
  }

  /**
   * Keys by the second from on which a use keeps their binding. One second for all would take away
   * what another member used after this one knew of.
   */
  // The sets are only iterated, never asked for a key.
  @SuppressWarnings("ArrayAsKeyOfSetOrMap")
  private static Map<Integer, Set<byte[]>> removals(List<Change> batch) {
    Map<Integer, Set<byte[]>> bySecond = new HashMap<>();
    for (Change change : batch) {
      if (change.removal()) {
        bySecond
            .computeIfAbsent(change.binding().usedSeconds() + 1, _ -> new HashSet<>())
            .add(BindingCodec.key(change.table().number(), change.binding()));
      }
    }
    return bySecond;
  }
}
