package dev.shunt.replication.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.query.Predicate;
import dev.shunt.replication.Flow;
import java.util.concurrent.ExecutionException;

/**
 * Reads the shared session table, or a part of it, into this member's copy, and waits until that
 * has it.
 *
 * @param arrivals what applies it
 * @param events of the table that is read
 */
record CopyScan(Arrivals arrivals, TableEvents events) {

  /**
   * What came of it.
   *
   * @param trustworthy nothing moved meanwhile, so that what was not found is not there
   * @param changed entries that differed, in the copy or in the table
   */
  record Result(boolean trustworthy, int changed) {}

  /**
   * @param wanted the entries to read
   * @param scope the same as flows of the copy; asked on another thread
   * @throws RuntimeException of the table, when what was found until then has been applied
   */
  Result run(
      HazelcastInstance hazelcast,
      Reconciler.OnlyHere onlyHere,
      Predicate<byte[], byte[]> wanted,
      java.util.function.Predicate<Flow> scope)
      throws InterruptedException, ExecutionException {
    long before = events.moves();
    arrivals.scanBegins(onlyHere, scope);
    boolean trustworthy = false;
    int changed;
    try {
      TableScan.run(
          hazelcast, hazelcast.getMap(HazelcastSettings.SESSIONS), wanted, arrivals::scanFinds);
      trustworthy = events.quietSince(before);
    } finally {
      changed = arrivals.scanEnds(trustworthy).get();
    }
    return new Result(trustworthy, changed);
  }
}
