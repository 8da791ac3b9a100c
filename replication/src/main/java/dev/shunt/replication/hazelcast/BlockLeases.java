package dev.shunt.replication.hazelcast;

import com.hazelcast.map.IMap;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.replication.LabelBlock;
import dev.shunt.replication.LabelBlocks.Taken;
import dev.shunt.replication.ReplicationConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This member's leases and how it comes by them: every change in the shared map depends on what
 * stands there, so that of two members that want the same one has it.
 *
 * <p>Changed by one thread, which waits for the map; may be asked by any.
 */
final class BlockLeases {

  /**
   * What a comparison brought to light.
   *
   * @param found owned, and this member did not know
   * @param lost another member's now
   */
  record Differences(Set<LabelBlock> found, Set<LabelBlock> lost) {}

  private static final Logger log = LoggerFactory.getLogger(BlockLeases.class);

  /** How often others may be quicker before a request gives up. */
  private static final int ATTEMPTS = 100;

  private final MemberId self;
  private final long life = ThreadLocalRandom.current().nextLong();
  private final Clock clock;
  private final Absences absences;
  private final BlockOrder order;
  private final BlockView view;
  private final Map<Integer, BlockLease> mine = new ConcurrentHashMap<>();

  BlockLeases(ReplicationConfig config, Clock clock, Absences absences, Counters counters) {
    this.self = config.self();
    this.clock = clock;
    this.absences = absences;
    this.order = new BlockOrder(self, config.members().stream().map(MemberAddress::id).toList());
    this.view = new BlockView(counters);
  }

  BlockView view() {
    return view;
  }

  Absences absences() {
    return absences;
  }

  Set<LabelBlock> owned() {
    Set<LabelBlock> owned = new TreeSet<>();
    mine.keySet().forEach(block -> owned.add(new LabelBlock(block)));
    return owned;
  }

  int count() {
    return mine.size();
  }

  /** Whether an entry that was heard of contradicts what this member owns. */
  boolean contradicts(@Nullable Integer block, byte @Nullable [] value) {
    BlockLease held = block == null ? null : mine.get(block);
    return held != null && !held.equals(BlockLease.of(value));
  }

  /** Takes a free block or one of a member that is gone; empty if there is none. */
  Optional<Taken> take(IMap<Integer, byte[]> map) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      OptionalInt free = order.first(block -> view.isFree(block) && !mine.containsKey(block));
      if (free.isPresent()) {
        if (claim(map, free.getAsInt())) {
          return Optional.of(new Taken(new LabelBlock(free.getAsInt()), Optional.empty()));
        }
        continue;
      }
      OptionalInt orphan = order.first(this::isOrphan);
      if (orphan.isEmpty()) {
        return Optional.empty();
      }
      MemberId former = takeOver(map, orphan.getAsInt());
      if (former != null) {
        return Optional.of(new Taken(new LabelBlock(orphan.getAsInt()), Optional.of(former)));
      }
    }
    return Optional.empty();
  }

  /** Takes this block if it is free or was this member's in a former life. */
  boolean take(IMap<Integer, byte[]> map, int block) {
    if (mine.containsKey(block) || claim(map, block)) {
      return true;
    }
    byte[] there = map.get(block);
    BlockLease lease = BlockLease.of(there);
    return lease != null && lease.owner().equals(self) && adopt(map, block, there, lease);
  }

  /** Ends the lease; if the map does not take it, the entry is found again by comparing. */
  void release(IMap<Integer, byte[]> map, int block) {
    BlockLease held = mine.remove(block);
    if (held != null && map.remove(block, held.bytes())) {
      view.heard(block, null);
    }
  }

  /** Makes the map and this member agree. */
  Differences compare(IMap<Integer, byte[]> map, Set<MemberId> inTables) {
    Map<Integer, byte[]> all = new HashMap<>();
    map.forEach(all::put);
    view.read(all);
    absences.observe(view.owners(), inTables);
    Set<LabelBlock> lost = new TreeSet<>();
    Map.copyOf(mine)
        .forEach((block, held) -> {
          byte[] read = all.get(block);
          if (!keeps(map, block, held, read == null ? bringBack(map, block, held) : read)) {
            mine.remove(block);
            lost.add(new LabelBlock(block));
          }
        });
    Set<LabelBlock> found = new TreeSet<>();
    all.forEach((block, value) -> {
      BlockLease lease = BlockLease.of(value);
      if (lease != null
          && lease.owner().equals(self)
          && !mine.containsKey(block)
          && adopt(map, block, value, lease)) {
        found.add(new LabelBlock(block));
      }
    });
    return new Differences(found, lost);
  }

  private boolean isOrphan(int block) {
    BlockLease lease = view.lease(block);
    return lease != null && absences.isGone(lease.owner());
  }

  private boolean claim(IMap<Integer, byte[]> map, int block) {
    BlockLease lease = new BlockLease(self, life, 0, clock.micros());
    byte[] there = map.putIfAbsent(block, lease.bytes());
    // Sent twice, where the first answer was lost, it meets itself.
    boolean had = there == null || lease.equals(BlockLease.of(there));
    if (had) {
      hold(block, lease);
    } else {
      view.heard(block, there);
    }
    return had;
  }

  private @Nullable MemberId takeOver(IMap<Integer, byte[]> map, int block) {
    byte[] there = map.get(block);
    view.heard(block, there);
    BlockLease before = BlockLease.of(there);
    if (before == null || !absences.isGone(before.owner())) {
      return null;
    }
    BlockLease after = new BlockLease(self, life, before.generation() + 1, clock.micros());
    if (!replace(map, block, there, after)) {
      return null;
    }
    log.info("took label block {} over from {}, which is gone", block, before.owner());
    return before.owner();
  }

  /** Whether this member's lease stands against what the map says; sees to it that it does. */
  private boolean keeps(IMap<Integer, byte[]> map, int block, BlockLease held, byte[] read) {
    byte[] there = read;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      BlockLease found = BlockLease.of(there);
      if (held.equals(found)) {
        return true;
      }
      if (found != null && found.owner().equals(self)) {
        if (adopt(map, block, there, found)) {
          return true;
        }
      } else if (found == null || !held.beats(found) || replace(map, block, there, held)) {
        return found != null && held.beats(found);
      }
      there = bringBack(map, block, held);
    }
    return false;
  }

  /** What stands in the map, after what it has lost with all members that had it was written. */
  private byte[] bringBack(IMap<Integer, byte[]> map, int block, BlockLease held) {
    byte[] own = held.bytes();
    byte[] there = map.putIfAbsent(block, own);
    view.heard(block, there == null ? own : there);
    return there == null ? own : there;
  }

  /** Makes a lease that this member had in a former life one of this life. */
  private boolean adopt(
      IMap<Integer, byte[]> map, int block, byte @Nullable [] there, BlockLease former) {
    return replace(
        map, block, there, new BlockLease(self, life, former.generation(), former.sinceMicros()));
  }

  private boolean replace(
      IMap<Integer, byte[]> map, int block, byte @Nullable [] there, BlockLease lease) {
    if (there != null && map.replace(block, there, lease.bytes())) {
      hold(block, lease);
      return true;
    }
    return false;
  }

  private void hold(int block, BlockLease lease) {
    mine.put(block, lease);
    view.heard(block, lease.bytes());
  }
}
