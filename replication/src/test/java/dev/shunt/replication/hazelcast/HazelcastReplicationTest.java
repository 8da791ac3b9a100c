package dev.shunt.replication.hazelcast;

import static dev.shunt.replication.Sessions.FIRST;
import static dev.shunt.replication.Sessions.flow;
import static dev.shunt.replication.Sessions.session;
import static dev.shunt.replication.hazelcast.TestTables.PATIENCE;
import static dev.shunt.replication.hazelcast.TestTables.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.replication.Session;
import java.util.List;
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
    await().atMost(PATIENCE).until(() -> one.complete() && two.complete() && three.complete());
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
    await()
        .atMost(PATIENCE)
        .until(() -> two.sessions().get(written.flow()).equals(java.util.Optional.of(written)));
    await()
        .atMost(PATIENCE)
        .until(() -> three.sessions().get(written.flow()).equals(java.util.Optional.of(written)));
  }

  @Test
  void aRemovedSessionIsGoneEverywhere() {
    one.sessions().put(session(2, FIRST));
    await().atMost(PATIENCE).until(() -> three.sessions().get(flow(2)).isPresent());

    one.sessions().remove(flow(2), FIRST);

    assertThat(one.sessions().get(flow(2))).isEmpty();
    await().atMost(PATIENCE).until(() -> three.sessions().get(flow(2)).isEmpty());
    await().atMost(PATIENCE).until(() -> two.sessions().get(flow(2)).isEmpty());
  }
}
