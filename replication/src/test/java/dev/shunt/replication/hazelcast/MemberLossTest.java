package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.Sessions.FIRST;
import static dev.shunt.replication.Sessions.SECOND;
import static dev.shunt.replication.Sessions.session;
import static dev.shunt.replication.hazelcast.TestTables.ids;
import static dev.shunt.replication.hazelcast.TestTables.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.ArrayState.Drained;
import dev.shunt.replication.ArrayState.Kind;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens when the process of a member dies or hangs. */
class MemberLossTest {

  private TestTables tables;
  private HazelcastReplication one;
  private HazelcastReplication two;
  private MemberProcess three;

  @BeforeEach
  void start() throws Exception {
    tables = new TestTables(3);
    three = new MemberProcess(tables, 3);
    one = tables.start(1);
    two = tables.start(2);
    List.of(one, two).forEach(member -> member.expect(ids(1, 2, 3)));
    until(() -> one.complete() && two.complete());
    three.ask("await-complete");
  }

  @AfterEach
  void stop() throws Exception {
    three.close();
    // Otherwise leaving waits for it.
    List.of(one, two).forEach(member -> member.suspect(ids(3)));
    tables.close();
  }

  @Test
  void aKilledWriterLosesNothingThatWasAcknowledgedAndAnotherGoesOn() throws Exception {
    int written = 20_000;
    three.ask("put " + written + " " + FIRST.number());
    three.ask("await-acknowledged");

    three.kill();
    one.suspect(ids(3));
    two.suspect(ids(3));

    until(() -> one.sessions().size() == written && two.sessions().size() == written);
    one.sessions().put(session(written, SECOND));
    until(() -> two.sessions().size() == written + 1);
    assertThat(one.complete()).isTrue();

    // Whoever comes now gets it all from the shared table, not from anybody's copy.
    try (MemberProcess again = new MemberProcess(tables, 3)) {
      assertThat(again.ask("await-complete")).isEqualTo(Integer.toString(written + 1));
    }
  }

  @Test
  void aFrozenMemberHoldsUpTheTableButNoCallerAndEverythingArrivesWhenItIsSuspected()
      throws Exception {
    three.freeze();
    for (int i = 0; i < 10_000; i++) {
      one.sessions().put(session(i, FIRST));
    }

    // All calls have returned while the table still waits for the frozen member.
    assertThat(one.sessions().size()).isEqualTo(10_000);
    until(() -> one.stats().stalledMillis() > 100);
    assertThat(one.stats().queued()).isPositive();
    one.suspect(ids(3));
    two.suspect(ids(3));

    until(() -> two.sessions().size() == 10_000);
    until(() -> one.stats().queued() == 0 && one.stats().stalledMillis() == 0);
    one.arrayState().drain(new Drained(Kind.MEMBER, "m3"));
    assertThat(one.complete()).isTrue();

    three.thaw();
    until(() -> one.members().equals(ids(1, 2, 3)));
    assertThat(three.ask("await-size 10000")).isEqualTo("10000");
    three.ask("await-complete");
  }

  @Test
  void withoutAnyVerdictTheTablesFindOutByThemselvesAndNothingIsLost() throws Exception {
    three.freeze();
    for (int i = 0; i < 10_000; i++) {
      one.sessions().put(session(i, FIRST));
    }

    until(() -> two.sessions().size() == 10_000);
    until(() -> one.stats().queued() == 0);
    assertThat(one.members()).isEqualTo(ids(1, 2));
  }
}
