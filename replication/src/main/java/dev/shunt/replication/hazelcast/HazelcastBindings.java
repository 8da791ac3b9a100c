package dev.shunt.replication.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Binding;
import dev.shunt.replication.BindingLimits;
import dev.shunt.replication.BindingTable;
import dev.shunt.replication.BindingTables;
import dev.shunt.replication.ReplicationConfig;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All tables of bindings, which share one map, one queue and the thread that writes. */
final class HazelcastBindings implements BindingTables {

  private static final Logger log = LoggerFactory.getLogger(HazelcastBindings.class);

  private final Map<Long, HazelcastBindingTable> tables = new ConcurrentHashMap<>();
  private final Clock clock;
  private final Counters counters;
  private final BindingQueue queue;
  private final LagWindow lag;
  private final BindingWriter writer;
  private volatile boolean compared;
  private boolean lost;

  HazelcastBindings(ReplicationConfig config, Ticker ticker, Clock clock, Counters counters) {
    this.clock = clock;
    this.counters = counters;
    this.queue = new BindingQueue(config.queueEntries(), clock);
    this.lag = new LagWindow(ticker);
    this.writer = new BindingWriter(config, queue, ticker);
  }

  @Override
  public BindingTable open(String name, BindingLimits limits) {
    long number = BindingCodec.table(name);
    BindingTables.requireRoom(name, tables.size());
    HazelcastBindingTable table =
        tables.computeIfAbsent(
            number, _ -> HazelcastBindingTable.of(number, limits, queue, lag, clock));
    BindingTables.requireSame(name, limits, table.limits());
    return table;
  }

  @Override
  public boolean loaded() {
    return compared || tables.isEmpty();
  }

  /** The thread that writes. */
  Runnable writer() {
    return writer;
  }

  /** Where bindings are kept from now on; null while there is nowhere. */
  void keepIn(@Nullable IMap<byte[], byte[]> map) {
    writer.writeTo(map);
    if (map != null) {
      map.addEntryListener(new Events(), true);
    }
  }

  /** Called every second, by one thread. */
  void tend() {
    try {
      tables.values().forEach(HazelcastBindingTable::tend);
    } catch (RuntimeException e) {
      log.error("tending the tables of bindings failed", e);
    }
  }

  /** Whether changes were lost and there is room to make up for it. */
  boolean wantsComparison() {
    lost |= queue.takeLost();
    boolean now = lost && queue.size() < queue.capacity() / 2;
    lost &= !now;
    return now;
  }

  /** Makes the copies and the shared map equal. Waits for the shared map. */
  void compare(HazelcastInstance hazelcast, IMap<byte[], byte[]> map) throws InterruptedException {
    Map<HazelcastBindingTable, BitSet> seen = new HashMap<>();
    tables.values().forEach(table -> seen.put(table, new BitSet(table.copy().places())));
    TableScan.run(
        hazelcast, map, part -> part.forEach(raw -> compare(raw.key(), raw.value(), seen)));
    seen.forEach(this::tellUnseen);
    compared = true;
  }

  private void compare(
      byte @Nullable [] key, byte @Nullable [] value, Map<HazelcastBindingTable, BitSet> seen) {
    BindingCodec.Entry entry = read(key, value);
    HazelcastBindingTable table = entry == null ? null : tables.get(entry.table());
    if (entry != null && table != null) {
      table.arrived(entry.binding());
      int place = table.copy().placeOf(entry.binding().high(), entry.binding().low());
      BitSet places = seen.get(table);
      if (place >= 0 && places != null) {
        places.set(place);
      }
    }
  }

  /** What the shared map has lost, or was never told. */
  private void tellUnseen(HazelcastBindingTable table, BitSet seen) {
    for (int place = 0; place < table.copy().places(); place++) {
      Binding binding = table.copy().at(place);
      if (binding.isPresent() && !seen.get(place)) {
        queue.put(table, binding);
      }
    }
  }

  void close(Duration patience) throws InterruptedException {
    writer.awaitIdle(patience);
    writer.stop();
  }

  private void written(byte @Nullable [] key, byte @Nullable [] value) {
    BindingCodec.Entry entry = read(key, value);
    HazelcastBindingTable table = entry == null ? null : tables.get(entry.table());
    if (entry != null && table != null) {
      lag.record(clock.micros() - entry.writtenMicros());
      table.arrived(entry.binding());
    }
  }

  private void removed(byte @Nullable [] key, byte @Nullable [] value) {
    BindingCodec.Entry entry = read(key, value);
    HazelcastBindingTable table = entry == null ? null : tables.get(entry.table());
    if (entry != null && table != null) {
      table.departed(entry.binding());
    }
  }

  private BindingCodec.@Nullable Entry read(byte @Nullable [] key, byte @Nullable [] value) {
    BindingCodec.Entry entry = BindingCodec.entry(key, value);
    if (entry == null) {
      counters.malformed.increment();
    }
    return entry;
  }

  private final class Events
      implements EntryAddedListener<byte[], byte[]>,
          EntryUpdatedListener<byte[], byte[]>,
          EntryMergedListener<byte[], byte[]>,
          EntryRemovedListener<byte[], byte[]> {

    @Override
    public void entryAdded(EntryEvent<byte[], byte[]> event) {
      entryMerged(event);
    }

    @Override
    public void entryUpdated(EntryEvent<byte[], byte[]> event) {
      entryMerged(event);
    }

    @Override
    public void entryMerged(EntryEvent<byte[], byte[]> event) {
      if (isForeign(event)) {
        written(event.getKey(), event.getValue());
      }
    }

    @Override
    public void entryRemoved(EntryEvent<byte[], byte[]> event) {
      if (isForeign(event)) {
        removed(event.getKey(), event.getOldValue());
      }
    }

    private static boolean isForeign(EntryEvent<byte[], byte[]> event) {
      return event.getMember() == null || !event.getMember().localMember();
    }
  }
}
