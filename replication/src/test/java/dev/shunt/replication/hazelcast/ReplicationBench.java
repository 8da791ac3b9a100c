package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.Sessions.FIRST;
import static dev.shunt.replication.hazelcast.TestTables.ids;
import static dev.shunt.replication.hazelcast.TestTables.until;

import dev.shunt.replication.Session;
import dev.shunt.replication.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Measures three members in three processes on this machine: how long joining takes, how many
 * changes go through when there is no pause, and the lag while 10,000 sessions begin and as many
 * end each second.
 *
 * <p>Not among the tests by its name: {@code mvn -pl replication -am test -Dtest=ReplicationBench
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class ReplicationBench {

  private static final int RATE = 10_000;

  /** Longer than the window over which a member measures the lag. */
  private static final int SECONDS = 70;

  private static final int BURST = 100_000;

  @Test
  void measure() throws Exception {
    try (TestTables tables = new TestTables(3);
        MemberProcess two = new MemberProcess(tables, 2);
        MemberProcess three = new MemberProcess(tables, 3)) {
      long begin = System.nanoTime();
      HazelcastReplication one = tables.start(1);
      one.expect(ids(1, 2, 3));
      until(one::complete);
      report("three members started together are complete", begin);
      two.ask("await-complete");
      three.ask("await-complete");

      // Twice, for the first time warms the compilers up.
      for (int round = 0; round < 2; round++) {
        List<Session> burst = Sessions.sessions(BURST, FIRST);
        Meter meter = new Meter(two, three);
        burst.forEach(one.sessions()::put);
        until(() -> one.stats().queued() == 0);
        two.ask("await-size " + BURST);
        meter.report("puts without a pause", BURST);

        meter = new Meter(two, three);
        burst.forEach(session -> one.sessions().remove(session.flow(), FIRST));
        until(() -> one.stats().queued() == 0);
        two.ask("await-size 0");
        meter.report("removals without a pause", BURST);
      }
      Meter meter = new Meter(two, three);
      steadily(one, Sessions.sessions(RATE * SECONDS, FIRST));
      until(() -> one.stats().queued() == 0);
      meter.report("sessions beginning and ending at a steady rate", RATE * SECONDS);
      print("two:   " + two.ask("stats"));
      print("three: " + three.ask("stats"));

      two.kill();
      one.suspect(ids(2));
      begin = System.nanoTime();
      try (MemberProcess late = new MemberProcess(tables, 2)) {
        late.ask("await-complete");
        report("a late process has started and copied " + late.ask("await-complete"), begin);
      }
    }
  }

  private static void steadily(HazelcastReplication writer, List<Session> sessions) {
    long begin = System.nanoTime();
    long nanosEach = TimeUnit.SECONDS.toNanos(1) / RATE;
    for (int i = 0; i < sessions.size(); i++) {
      while (System.nanoTime() - begin < i * nanosEach) {
        LockSupport.parkNanos(200_000);
      }
      writer.sessions().put(sessions.get(i));
      if (i >= BURST) {
        writer.sessions().remove(sessions.get(i - BURST).flow(), FIRST);
      }
    }
  }

  private static void report(String what, long beginNanos) {
    print(what + ": " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNanos) + " ms");
  }

  /** Time and processor time of all three processes since it was made. */
  private static final class Meter {

    private final List<ProcessHandle> processes;
    private final long beginNanos = System.nanoTime();
    private final long beginCpuMillis;

    Meter(MemberProcess two, MemberProcess three) {
      processes = List.of(ProcessHandle.current(), two.handle(), three.handle());
      beginCpuMillis = cpuMillis();
    }

    void report(String what, int count) {
      double seconds = (System.nanoTime() - beginNanos) / 1e9;
      double cpu = (cpuMillis() - beginCpuMillis) * 1e3 / count;
      print(
          String.format(
              Locale.ROOT,
              "%s: %d in %.2f s, %.0f/s, %.0f µs of processor time each",
              what,
              count,
              seconds,
              count / seconds,
              cpu));
    }

    private long cpuMillis() {
      return processes.stream()
          .mapToLong(
              process -> process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L))
          .sum();
    }
  }

  private static void print(String line) {
    System.out.println("bench: " + line);
  }
}
