package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.Sessions.FIRST;
import static dev.shunt.replication.Sessions.SECOND;
import static dev.shunt.replication.Sessions.flow;
import static dev.shunt.replication.Sessions.session;
import static dev.shunt.replication.hazelcast.TestTables.ids;
import static dev.shunt.replication.hazelcast.TestTables.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.ArrayState.Drained;
import dev.shunt.replication.ArrayState.Kind;
import dev.shunt.replication.Session;
import dev.shunt.replication.hazelcast.TestTables.Recorder;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Three members in one process that live through all tests; each test uses its own flows. */
class HazelcastReplicationTest {

  private static TestTables tables;
  private static HazelcastReplication one;
  private static HazelcastReplication two;
  private static HazelcastReplication three;

  @BeforeAll
  static void start() throws Exception {
    tables = new TestTables(3);
    one = tables.start(1);
    two = tables.start(2);
    three = tables.start(3);
    List.of(one, two, three).forEach(member -> member.expect(ids(1, 2, 3)));
    until(() -> one.complete() && two.complete() && three.complete());
  }

  @AfterAll
  static void stop() {
    tables.close();
  }

  @Test
  void theTablesSeeTheMembersByTheirNames() {
    assertThat(one.members()).isEqualTo(ids(1, 2, 3));
    assertThat(three.members()).isEqualTo(ids(1, 2, 3));
  }

  @Test
  void aSessionWrittenOnOneMemberIsOnAllOthersAndSeenAtOnceWhereItWasWritten() {
    Session written = session(1, FIRST);
    one.sessions().put(written);

    assertThat(one.sessions().get(written.flow())).contains(written);
    until(() -> two.sessions().get(written.flow()).equals(Optional.of(written)));
    until(() -> three.sessions().get(written.flow()).equals(Optional.of(written)));
  }

  @Test
  void aRemovedSessionIsGoneEverywhere() {
    one.sessions().put(session(2, FIRST));
    until(() -> three.sessions().get(flow(2)).isPresent());

    one.sessions().remove(flow(2), FIRST);

    assertThat(one.sessions().get(flow(2))).isEmpty();
    until(() -> three.sessions().get(flow(2)).isEmpty());
    until(() -> two.sessions().get(flow(2)).isEmpty());
  }

  @Test
  void aHigherTermWinsOnEveryMemberWhereverTheLowerOneIsWritten() {
    two.sessions().put(session(3, SECOND));
    until(() -> one.sessions().get(flow(3)).isPresent());
    // The queue of a scheduler that does not know yet that it is none.
    three.sessions().put(session(4, FIRST));
    until(() -> two.sessions().get(flow(4)).isPresent());
    two.sessions().put(session(4, SECOND));
    until(() -> three.sessions().get(flow(4)).equals(Optional.of(session(4, SECOND))));

    one.sessions().put(session(3, FIRST));
    three.sessions().remove(flow(4), FIRST);

    assertThat(one.sessions().get(flow(3))).contains(session(3, SECOND));
    assertThat(three.sessions().get(flow(4))).contains(session(4, SECOND));
  }

  @Test
  void theListenerHearsOthersWritesInBatchesFromOneThreadAndNoneOfItsOwn() {
    Recorder listening = new Recorder();
    Recorder writing = new Recorder();
    two.sessions().listen(listening);
    one.sessions().listen(writing);
    // What is there when a listener comes is reported to it whoever wrote it.
    three.sessions().put(session(6, FIRST));
    until(() -> writing.puts.contains(session(6, FIRST)));
    until(() -> listening.puts.contains(session(6, FIRST)));
    List<Session> written =
        IntStream.range(10_000, 15_000).mapToObj(n -> session(n, FIRST)).toList();

    written.forEach(one.sessions()::put);
    until(() -> listening.puts.containsAll(List.of(written.getFirst(), written.getLast())));
    until(() -> Set.copyOf(listening.puts).containsAll(written));
    written.forEach(s -> one.sessions().remove(s.flow(), FIRST));
    until(() -> listening.removals.size() >= 5_000);

    assertThat(writing.puts).doesNotContainAnyElementsOf(written);
    assertThat(listening.puts).filteredOn(written::contains).hasSize(5_000);
    assertThat(listening.batches.size()).isLessThan(2_500);
    assertThat(Set.copyOf(listening.threads)).containsExactly("shunt-replication-m2-arrivals");
  }

  @Test
  void aDrainedMemberIsDrainedEverywhereUntilItIsUndrained() throws Exception {
    Drained who = new Drained(Kind.MEMBER, "m2");
    Queue<Set<Drained>> heard = new ConcurrentLinkedQueue<>();
    three.arrayState().listen(heard::add);

    assertThat(one.arrayState().drain(who)).isTrue();
    assertThat(one.arrayState().drained()).contains(who);
    until(() -> three.arrayState().drained().contains(who));
    assertThat(three.arrayState().drain(who)).isFalse();
    assertThat(three.arrayState().undrain(who)).isTrue();

    until(() -> !one.arrayState().drained().contains(who));
    assertThat(heard).containsExactly(Set.of(who), Set.of());
  }

  @Test
  void arrivalsAreCountedAndTheirLagIsMeasured() {
    long before = three.stats().received();
    one.sessions().put(session(5, FIRST));

    until(() -> three.stats().received() > before);
    until(() -> one.stats().sent() > 0 && one.stats().queued() == 0);
    assertThat(three.stats().lagMicrosP99()).isPositive();
    assertThat(three.stats().malformed()).isZero();
    assertThat(one.stats().stalledMillis()).isZero();
  }
}
