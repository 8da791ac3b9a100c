package dev.shunt.replication.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.PartitionService;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a shared map or what a predicate says of it, some partitions at a time: half the time of
 * {@code entrySet()} and a fortieth of the iterator's, and never more than a part of the map in
 * flight.
 */
final class TableScan {

  private static final int PARTITIONS_AT_ONCE = 2;

  /** Takes one part. */
  interface Sink {
    void take(List<Arrivals.Raw> entries) throws InterruptedException;
  }

  private TableScan() {}

  /** All of it. */
  static void run(HazelcastInstance hazelcast, IMap<byte[], byte[]> map, Sink sink)
      throws InterruptedException {
    run(hazelcast, map, Predicates.alwaysTrue(), sink);
  }

  static void run(
      HazelcastInstance hazelcast,
      IMap<byte[], byte[]> map,
      Predicate<byte[], byte[]> wanted,
      Sink sink)
      throws InterruptedException {
    List<Integer> keys = new ArrayList<>(keyPerPartition(hazelcast.getPartitionService()).values());
    for (int from = 0; from < keys.size(); from += PARTITIONS_AT_ONCE) {
      Set<Integer> some =
          new HashSet<>(keys.subList(from, Math.min(keys.size(), from + PARTITIONS_AT_ONCE)));
      List<Arrivals.Raw> part = new ArrayList<>();
      map.entrySet(Predicates.multiPartitionPredicate(some, wanted))
          .forEach(entry -> part.add(new Arrivals.Raw(entry.getKey(), entry.getValue())));
      sink.take(part);
    }
  }

  /** The predicate names a partition by a key that falls into it. */
  private static Map<Integer, Integer> keyPerPartition(PartitionService partitions) {
    Set<Integer> open = new TreeSet<>();
    partitions.getPartitions().forEach(partition -> open.add(partition.getPartitionId()));
    Map<Integer, Integer> keys = new HashMap<>();
    for (int key = 0; !open.isEmpty(); key++) {
      int partition = partitions.getPartition(key).getPartitionId();
      if (open.remove(partition)) {
        keys.put(partition, key);
      }
    }
    return keys;
  }
}
