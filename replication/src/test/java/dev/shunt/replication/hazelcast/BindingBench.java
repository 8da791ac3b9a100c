package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.hazelcast.TestTables.until;

import dev.shunt.replication.BindingLimits;
import dev.shunt.replication.BindingStats;
import dev.shunt.replication.BindingTable;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Measures how long a learned binding takes to another member of three, in one process, at several
 * rates.
 *
 * <p>Not among the tests by its name: {@code mvn -pl replication -am test -Dtest=BindingBench
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class BindingBench {

  private static final BindingLimits LIMITS =
      new BindingLimits(BindingLimits.MAX_ENTRIES, Duration.ofHours(1), true);

  /** Most of the minute over which a member measures the lag. */
  private static final int SECONDS = 40;

  @Test
  void measure() throws Exception {
    try (TestTables tables = new TestTables(3)) {
      BindingTable[] members = new BindingTable[3];
      for (int i = 0; i < 3; i++) {
        int member = i;
        HazelcastReplication started =
            tables.make(
                member + 1,
                replication -> members[member] = replication.bindings().open("bench", LIMITS));
        until(started.bindings()::loaded);
      }
      long key = 0;
      // The first one warms the compilers up.
      for (int rate : new int[] {5_000, 100, 10_000}) {
        long begin = System.nanoTime();
        for (int sent = 0; sent < rate * SECONDS; sent++) {
          members[0].offer(++key * 0x9e3779b97f4a7c15L, key, 1);
          long due = begin + TimeUnit.SECONDS.toNanos(1) / rate * (sent + 1);
          while (System.nanoTime() < due) {
            LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
          }
        }
        BindingStats stats = members[2].stats();
        System.out.printf(
            Locale.ROOT,
            "%6d/s: lag p50 %.1f ms, p99 %.1f ms; %d waiting, %d overflowed, %d conflicts%n",
            rate,
            stats.lagMicrosP50() / 1e3,
            stats.lagMicrosP99() / 1e3,
            members[0].stats().queued(),
            members[0].stats().overflowed(),
            stats.conflicts());
      }
    }
  }
}
