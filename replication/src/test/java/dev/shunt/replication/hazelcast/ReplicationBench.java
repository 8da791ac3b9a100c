package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.Sessions.FIRST;
import static dev.shunt.replication.hazelcast.TestTables.ids;
import static dev.shunt.replication.hazelcast.TestTables.until;

import dev.shunt.replication.Session;
import dev.shunt.replication.Sessions;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Measures three members in three processes on this machine: how long joining takes, the lag at
 * 10,000 new sessions a second, and how many changes go through when there is no pause.
 *
 * <p>Not among the tests by its name: {@code mvn -pl replication -am test -Dtest=ReplicationBench
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class ReplicationBench {

  private static final int RATE = 10_000;
  private static final int SECONDS = 15;
  private static final int BURST = 200_000;

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

      List<Session> sessions = Sessions.sessions(RATE * SECONDS, FIRST);
      steadily(one, sessions);
      until(() -> one.stats().queued() == 0);
      print("lag at " + RATE + " new sessions/s, two: " + two.ask("stats"));
      print("lag at " + RATE + " new sessions/s, three: " + three.ask("stats"));

      begin = System.nanoTime();
      sessions.forEach(session -> one.sessions().remove(session.flow(), FIRST));
      until(() -> one.stats().queued() == 0);
      two.ask("await-size 0");
      rate("removals without a pause", sessions.size(), begin);

      List<Session> burst = Sessions.sessions(BURST, FIRST);
      begin = System.nanoTime();
      burst.forEach(one.sessions()::put);
      report("putting " + BURST + " into the local copy and the queue", begin);
      until(() -> one.stats().queued() == 0);
      two.ask("await-size " + BURST);
      rate("puts without a pause", BURST, begin);
      print("after the burst, two: " + two.ask("stats"));

      two.kill();
      one.suspect(ids(2));
      begin = System.nanoTime();
      try (MemberProcess late = new MemberProcess(tables, 2)) {
        late.ask("await-complete");
        report("a late process has started and copied " + late.ask("await-size " + BURST), begin);
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
    }
  }

  private static void report(String what, long beginNanos) {
    print(what + ": " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNanos) + " ms");
  }

  private static void rate(String what, int count, long beginNanos) {
    double seconds = (System.nanoTime() - beginNanos) / 1e9;
    print(
        String.format(
            Locale.ROOT, "%s: %d in %.2f s, %.0f/s", what, count, seconds, count / seconds));
  }

  private static void print(String line) {
    System.out.println("bench: " + line);
  }
}
