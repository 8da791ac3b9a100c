package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.MemberId;
import dev.shunt.replication.LabelBlock;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What this member has heard about who owns which label block. May be out of date: it says what is
 * worth trying, and the shared map decides. Thread-safe.
 */
final class BlockView {

  /** An entry; without a lease if it cannot be read, which makes it nobody's to take. */
  private record Entry(@Nullable BlockLease lease) {}

  private final Counters counters;
  private final @Nullable Entry[] entries = new Entry[LabelBlock.COUNT];

  BlockView(Counters counters) {
    this.counters = counters;
  }

  /** An entry is like this now; null if it is gone. */
  synchronized void heard(@Nullable Integer block, byte @Nullable [] value) {
    if (block == null || block < 0 || block >= entries.length) {
      counters.malformed.increment();
      return;
    }
    if (value == null) {
      entries[block] = null;
      return;
    }
    BlockLease lease = BlockLease.of(value);
    if (lease == null) {
      counters.malformed.increment();
    }
    entries[block] = new Entry(lease);
  }

  /** This is the whole map. */
  synchronized void read(Map<Integer, byte[]> all) {
    for (int block = 0; block < entries.length; block++) {
      if (!all.containsKey(block)) {
        entries[block] = null;
      }
    }
    all.forEach(this::heard);
  }

  synchronized boolean isFree(int block) {
    return entries[block] == null;
  }

  synchronized @Nullable BlockLease lease(int block) {
    Entry entry = entries[block];
    return entry == null ? null : entry.lease();
  }

  synchronized int free() {
    int free = 0;
    for (Entry entry : entries) {
      if (entry == null) {
        free++;
      }
    }
    return free;
  }

  synchronized Set<MemberId> owners() {
    Set<MemberId> owners = new TreeSet<>();
    for (Entry entry : entries) {
      if (entry != null && entry.lease() != null) {
        owners.add(entry.lease().owner());
      }
    }
    return owners;
  }
}
