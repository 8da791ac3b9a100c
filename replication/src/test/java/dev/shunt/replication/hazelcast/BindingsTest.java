package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.hazelcast.TestTables.ids;
import static dev.shunt.replication.hazelcast.TestTables.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Binding;
import dev.shunt.replication.BindingLimits;
import dev.shunt.replication.BindingTable;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bindings of two real members, and of one that comes later. */
class BindingsTest {

  private static final BindingLimits KEPT = new BindingLimits(1024, Duration.ofMinutes(30), true);
  private static final BindingLimits BRIEF = new BindingLimits(1024, Duration.ofSeconds(2), true);
  private static final BindingLimits SMALL = new BindingLimits(64, Duration.ofMinutes(30), true);

  /** A member with its tables. */
  private record Member(
      HazelcastReplication replication, BindingTable kept, BindingTable brief, BindingTable small) {

    boolean has(long key, long owner) {
      return kept.find(1, key).owner() == owner;
    }
  }

  private TestTables tables;
  private Member one;
  private Member two;

  @BeforeEach
  void start() throws Exception {
    tables = new TestTables(3);
    one = member(1, 4096);
    two = member(2, 4096);
    until(() -> one.replication.bindings().loaded() && two.replication.bindings().loaded());
    until(() -> one.replication.members().equals(ids(1, 2)));
  }

  @AfterEach
  void stop() {
    tables.close();
  }

  private Member member(int number, int queue) {
    Member[] made = new Member[1];
    HazelcastReplication _ =
        tables.make(
            tables.config(number, queue),
            replication ->
                made[0] =
                    new Member(
                        replication,
                        replication.bindings().open("kept", KEPT),
                        replication.bindings().open("brief", BRIEF),
                        replication.bindings().open("small", SMALL)));
    return made[0];
  }

  @Test
  void aBindingIsOnBothMembersAndSoIsItsMove() {
    Binding made = one.kept.offer(1, 7, 100);
    assertThat(one.kept.find(1, 7)).isSameAs(made);
    until(() -> two.has(7, 100));
    assertThat(two.brief.find(1, 7)).isSameAs(Binding.NONE);

    two.kept.move(two.kept.find(1, 7), 200);

    assertThat(two.has(7, 200)).isTrue();
    until(() -> one.has(7, 200));
    assertThat(one.kept.find(1, 7).generation()).isEqualTo(1);
    assertThat(one.kept.stats().lagMicrosP99()).isPositive();
  }

  @Test
  void membersThatBindTheSameKeyAtOnceAgreeInTheEnd() {
    for (int key = 0; key < 500; key++) {
      one.kept.offer(1, key, 100);
      two.kept.offer(1, key, 200);
    }
    until(() -> {
      for (int key = 0; key < 500; key++) {
        if (one.kept.find(1, key).owner() != two.kept.find(1, key).owner()) {
          return false;
        }
      }
      return one.kept.stats().queued() + two.kept.stats().queued() == 0;
    });
    Member three = member(3, 4096);
    until(() -> three.replication.bindings().loaded() && three.kept.size() == 500);
    for (int key = 0; key < 500; key++) {
      assertThat(three.kept.find(1, key).owner()).isEqualTo(one.kept.find(1, key).owner());
    }
  }

  @Test
  void whatTheQueueHasNoRoomForIsCountedAndComesWithAComparison() {
    one.replication.close();
    // The smallest queue that a configuration may have.
    Member narrow = member(1, 256);
    for (int key = 0; key < 1000; key++) {
      narrow.kept.offer(1, key, 100);
    }
    assertThat(narrow.kept.stats().overflowed()).isPositive();
    assertThat(narrow.kept.size()).isEqualTo(1000);
    until(() -> two.kept.size() == 1000);
  }

  @Test
  void membersKeepTheirBindingsWhenTheSharedMapIsLostAndBringThemBack() {
    for (int key = 0; key < 200; key++) {
      one.kept.offer(1, key, 100);
    }
    until(() -> two.kept.size() == 200);

    tables.killHazelcast();

    assertThat(one.kept.size()).isEqualTo(200);
    one.kept.offer(1, 1000, 300);
    until(() -> two.has(1000, 300));
    Member three = member(3, 4096);
    until(() -> three.kept.size() == 201);
  }

  @Test
  void anIdleBindingIsForgottenByAllAndOneThatAnyMemberUsesIsKept() {
    one.brief.offer(1, 1, 100);
    one.brief.offer(1, 2, 100);
    until(() -> two.brief.size() == 2);
    until(() -> {
      two.brief.use(two.brief.find(1, 2));
      return one.brief.size() == 1 && two.brief.size() == 1;
    });
    assertThat(one.brief.find(1, 2).isPresent()).isTrue();
    assertThat(two.brief.find(1, 1)).isSameAs(Binding.NONE);
    assertThat(one.brief.stats().expired() + two.brief.stats().expired()).isPositive();
  }

  @Test
  void aFullTableStaysAsLargeAsItMayBeEverywhere() {
    for (int key = 0; key < 1000; key++) {
      one.small.offer(key * 31L, key, 100);
    }
    assertThat(one.small.stats().evicted()).isGreaterThanOrEqualTo(900);
    until(() -> one.small.stats().queued() == 0 && two.small.stats().queued() == 0);
    assertThat(one.small.size()).isLessThanOrEqualTo(72);
    assertThat(two.small.size()).isLessThanOrEqualTo(72);
    Member three = member(3, 4096);
    until(() -> three.replication.bindings().loaded());
    assertThat(three.small.size()).isLessThanOrEqualTo(72);
  }

  @Test
  void writingDoesNotWaitForASharedMapThatIsNotThere() {
    HazelcastReplication alone =
        new HazelcastReplication(tables.config(3), Ticker.system(), InstantSource.system());
    BindingTable table = alone.bindings().open("kept", KEPT);
    table.offer(1, 7, 100);
    assertThat(table.find(1, 7).isPresent()).isTrue();
    assertThat(table.stats().queued()).isEqualTo(1);
    assertThat(alone.bindings().loaded()).isFalse();
    assertThat(alone.bindings().open("kept", KEPT)).isSameAs(table);
    assertThatThrownBy(() -> alone.bindings().open("kept", BRIEF))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("table 'kept': found BindingLimits[entries=1024, idle=PT2S");
  }
}
