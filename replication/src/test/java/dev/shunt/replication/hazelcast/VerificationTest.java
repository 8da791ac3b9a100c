package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.Sessions.FIRST;
import static dev.shunt.replication.Sessions.SECOND;
import static dev.shunt.replication.Sessions.flow;
import static dev.shunt.replication.Sessions.session;
import static dev.shunt.replication.Sessions.sessions;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Session;
import dev.shunt.replication.local.SessionCopy;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A copy beside a table of a real Hazelcast member, of which it hears nothing. */
class VerificationTest {

  private static HazelcastInstance hazelcast;
  private static IMap<byte[], byte[]> table;

  private final AtomicLong nanos = new AtomicLong();
  private final SessionCopy copy = new SessionCopy(100_000);
  private final OutgoingQueue queue = new OutgoingQueue(1_000, 1_000);
  private final Counters counters = new Counters();
  private final Clock clock = new Clock(InstantSource.system());
  private final Authorship authorship = new Authorship(copy);
  private final Arrivals arrivals =
      new Arrivals(
          1_000,
          copy,
          new Reconciler(copy, authorship, new Outgoing(queue, clock, counters)),
          clock,
          new LagWindow(Ticker.system()),
          counters);
  private final Thread thread = Thread.ofPlatform().daemon().unstarted(arrivals);
  private final TableEvents events =
      new TableEvents(
          new CompletenessGate(
              new Completeness(TestTables.id(1), true), Ticker.system(), () -> false),
          Set::of);
  private final Verification verification =
      new Verification(copy, new CopyScan(arrivals, events), counters, nanos::get, _ -> {});

  @BeforeAll
  static void startHazelcast() throws IOException {
    try (TestTables tables = new TestTables(1)) {
      hazelcast = Hazelcast.newHazelcastInstance(HazelcastSettings.of(tables.config(1), "one"));
    }
    table = hazelcast.getMap(HazelcastSettings.SESSIONS);
  }

  @BeforeEach
  void start() {
    table.clear();
    thread.start();
    for (Session session : sessions(2_000, FIRST)) {
      copy.put(session);
      set(session);
    }
  }

  @AfterEach
  void end() {
    thread.interrupt();
  }

  @AfterAll
  static void endHazelcast() {
    hazelcast.getLifecycleService().terminate();
  }

  @Test
  void equalTablesAreProvedEqual() throws Exception {
    assertThat(verification.equalForNanos()).isEqualTo(-1);
    assertThat(run()).isTrue();
    nanos.addAndGet(500);
    assertThat(verification.equalForNanos()).isEqualTo(500);
    assertThat(counters.mended.sum()).isZero();
  }

  @Test
  void whatTheCopyMissesComesIn() throws Exception {
    set(session(5_000, FIRST));
    copy.remove(flow(7), FIRST);

    assertThat(run()).isTrue();
    assertThat(copy.get(flow(5_000))).contains(session(5_000, FIRST));
    assertThat(copy.get(flow(7))).contains(session(7, FIRST));
    assertThat(counters.mended.sum()).isEqualTo(2);
  }

  @Test
  void whatIsOlderInTheCopyIsReplaced() throws Exception {
    set(session(7, SECOND));

    assertThat(run()).isTrue();
    assertThat(copy.get(flow(7))).contains(session(7, SECOND));
  }

  @Test
  void whatIsOlderInTheTableIsSentAgain() throws Exception {
    copy.arrive(session(7, SECOND));

    assertThat(run()).as("the table has not taken it yet").isFalse();
    assertThat(queue.drain(9)).extracting(OutgoingQueue.Change::flow).containsOnly(flow(7));
    set(session(7, SECOND));
    assertThat(run()).isTrue();
  }

  @Test
  void whatOnlyTheCopyHasIsKeptOnceAndForgottenTheNextTime() throws Exception {
    copy.arrive(session(5_000, FIRST));

    assertThat(run()).isFalse();
    assertThat(copy.get(flow(5_000))).isPresent();
    assertThat(verification.equalForNanos()).isEqualTo(-1);

    assertThat(run()).isTrue();
    assertThat(copy.get(flow(5_000))).isEmpty();
    assertThat(copy.size()).isEqualTo(2_000);
  }

  @Test
  void whatOnlyTheWritersCopyHasIsSentAgain() throws Exception {
    authorship.wrote(SECOND);
    copy.put(session(5_000, SECOND));

    assertThat(run()).isFalse();
    assertThat(run()).isFalse();
    assertThat(copy.get(flow(5_000))).isPresent();
    assertThat(queue.drain(9)).extracting(OutgoingQueue.Change::flow).containsExactly(flow(5_000));
  }

  @Test
  void anEntryThatCannotBeReadIsNoDifference() throws Exception {
    table.set(SessionCodec.key(flow(5_000)), new byte[] {99});

    assertThat(run()).isTrue();
  }

  @Test
  void itIsDueAgainAndAgain() throws Exception {
    assertThat(verification.isDue()).isFalse();
    nanos.addAndGet(Verification.INTERVAL.toNanos());
    assertThat(verification.isDue()).isTrue();
    run();
    assertThat(verification.isDue()).isFalse();
  }

  private boolean run() throws Exception {
    return verification.run(hazelcast);
  }

  private void set(Session session) {
    table.set(SessionCodec.key(session.flow()), SessionCodec.value(session, clock.micros()));
  }
}
