package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.Sessions.FIRST;
import static dev.shunt.replication.Sessions.SECOND;
import static dev.shunt.replication.Sessions.flow;
import static dev.shunt.replication.Sessions.session;
import static dev.shunt.replication.Sessions.sessions;
import static dev.shunt.replication.hazelcast.TestTables.ids;
import static dev.shunt.replication.hazelcast.TestTables.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.replication.ArrayState.Drained;
import dev.shunt.replication.ArrayState.Kind;
import dev.shunt.replication.ReplicationException;
import dev.shunt.replication.Session;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Members that come, go, come again, and are cut off from each other. */
class JoiningTest {

  @Test
  void aLateOrRestartedMemberIsCompleteOnlyWhenItHasAllSessions() throws Exception {
    try (TestTables tables = new TestTables(2)) {
      HazelcastReplication one = tables.start(1);
      one.expect(ids(1));
      until(one::complete);
      List<Session> written = sessions(50_000, FIRST);
      written.forEach(one.sessions()::put);
      one.arrayState().drain(new Drained(Kind.SERVER, "shop/s1"));
      until(() -> one.stats().queued() == 0);

      HazelcastReplication two = startCounting(tables, 2, 50_000);
      assertThat(two.arrayState().drained()).containsExactly(new Drained(Kind.SERVER, "shop/s1"));

      two.close();
      until(() -> one.members().equals(ids(1)));
      long acknowledged = one.stats().sent();
      one.sessions().remove(flow(0), FIRST);
      until(() -> one.stats().sent() > acknowledged);
      startCounting(tables, 2, 49_999);
    }
  }

  @Test
  void aMemberThatCannotReachAnExpectedOneStaysIncomplete() throws Exception {
    try (TestTables tables = new TestTables(2)) {
      HazelcastReplication one = tables.start(1);
      one.expect(ids(1, 2));
      until(() -> one.members().equals(ids(1)));
      one.sessions().put(session(1, FIRST));
      until(() -> one.stats().sent() == 1);

      assertThat(one.complete()).isFalse();
      HazelcastReplication two = tables.start(2);
      two.expect(ids(1, 2));
      until(() -> one.complete() && two.complete());
      assertThat(two.sessions().get(flow(1))).isPresent();
    }
  }

  @Test
  void whatIsWrittenBeforeJoiningArrivesAfterIt() throws Exception {
    try (TestTables tables = new TestTables(2)) {
      HazelcastReplication one = tables.start(1);
      one.sessions().put(session(1, FIRST));
      assertThatThrownBy(() -> one.arrayState().drain(new Drained(Kind.MEMBER, "m2")))
          .isInstanceOf(ReplicationException.class)
          .hasMessageContaining("drain member:m2")
          .hasMessageContaining("not joined");

      HazelcastReplication two = tables.start(2);
      until(() -> two.sessions().get(flow(1)).isPresent());
    }
  }

  @Test
  void afterASplitTheHigherTermWinsAndTheMemberThatWasCutOffCopiesAgain() throws Exception {
    try (TestTables tables = new TestTables(3)) {
      HazelcastReplication one = tables.start(1);
      HazelcastReplication two = tables.start(2);
      HazelcastReplication three = tables.start(3);
      List<HazelcastReplication> all = List.of(one, two, three);
      all.forEach(member -> member.expect(ids(1, 2, 3)));
      until(() -> all.stream().allMatch(HazelcastReplication::complete));
      Queue<Boolean> heard = new ConcurrentLinkedQueue<>();
      three.onComplete(heard::add);
      three.sessions().put(session(1, FIRST));
      three.sessions().put(session(4, FIRST));
      until(() -> one.sessions().size() == 2);

      three.suspect(ids(1, 2));
      one.suspect(ids(3));
      two.suspect(ids(3));
      until(() -> three.members().equals(ids(3)) && one.members().equals(ids(1, 2)));
      three.sessions().put(session(2, FIRST));
      one.sessions().put(session(1, SECOND));
      one.sessions().put(session(2, SECOND));
      one.sessions().put(session(3, SECOND));

      until(() -> all.stream().allMatch(member -> member.members().size() == 3));
      until(() -> heard.contains(true) && three.complete());
      assertThat(heard).startsWith(false, true);
      for (HazelcastReplication member : all) {
        for (int number : new int[] {1, 2, 3}) {
          until(() ->
              member.sessions().get(flow(number)).equals(Optional.of(session(number, SECOND))));
        }
        assertThat(member.sessions().get(flow(4))).contains(session(4, FIRST));
      }
    }
  }

  @Test
  void whenAllOfHazelcastDiesTheCopiesStayAndTheTableIsBuiltFromThemAgain() throws Exception {
    try (TestTables tables = new TestTables(3)) {
      HazelcastReplication one = tables.start(1);
      HazelcastReplication two = tables.start(2);
      List.of(one, two).forEach(member -> member.expect(ids(1, 2)));
      until(() -> one.complete() && two.complete());
      sessions(1_000, FIRST).forEach(one.sessions()::put);
      one.arrayState().drain(new Drained(Kind.MEMBER, "m3"));
      until(() -> two.sessions().size() == 1_000 && one.stats().queued() == 0);

      tables.killHazelcast();
      assertThat(one.sessions().size()).isEqualTo(1_000);
      one.sessions().put(session(1_000, FIRST));
      until(() -> one.members().equals(ids(1, 2)) && two.sessions().size() == 1_001);
      until(() -> one.complete() && two.complete());

      HazelcastReplication three = tables.start(3);
      three.expect(ids(1, 2));
      until(three::complete);
      until(() -> three.sessions().size() == 1_001);
      assertThat(two.sessions().size()).isEqualTo(1_001);
      assertThat(three.arrayState().drained()).containsExactly(new Drained(Kind.MEMBER, "m3"));
    }
  }

  @Test
  void writesThatFoundTheQueueFullArriveInTheEnd() throws Exception {
    try (TestTables tables = new TestTables(2)) {
      HazelcastReplication one = tables.start(tables.config(1, 256));
      HazelcastReplication two = tables.start(2);
      List.of(one, two).forEach(member -> member.expect(ids(1, 2)));
      until(() -> one.complete() && two.complete());

      sessions(5_000, FIRST).forEach(one.sessions()::put);
      assertThat(one.stats().overflowed()).isPositive();
      until(() -> two.sessions().size() == 5_000);

      for (int i = 0; i < 5_000; i++) {
        one.sessions().remove(flow(i), FIRST);
      }
      until(() -> two.sessions().size() == 0);
      until(() -> one.stats().queued() == 0);
      assertThat(one.sessions().size()).isZero();
    }
  }

  /** Starts a member that notes how many sessions it has when it says that it is complete. */
  private static HazelcastReplication startCounting(TestTables tables, int number, int expected) {
    Queue<Integer> sizes = new ConcurrentLinkedQueue<>();
    HazelcastReplication[] started = new HazelcastReplication[1];
    HazelcastReplication member =
        tables.make(
            number,
            made -> {
              started[0] = made;
              made.onComplete(_ -> sizes.add(started[0].sessions().size()));
              made.expect(ids(1, 2));
            });
    until(member::complete);
    assertThat(sizes).containsExactly(expected);
    return member;
  }
}
