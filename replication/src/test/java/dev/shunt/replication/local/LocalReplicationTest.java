package dev.shunt.replication.local;

import static dev.shunt.replication.Sessions.FIRST;
import static dev.shunt.replication.Sessions.SECOND;
import static dev.shunt.replication.Sessions.flow;
import static dev.shunt.replication.Sessions.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;
import dev.shunt.replication.ArrayState.Drained;
import dev.shunt.replication.ArrayState.Kind;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionTable;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalReplicationTest {

  private final LocalReplication replication =
      new LocalReplication(new MemberId("m1"), 3, InstantSource.system());
  private final List<Session> puts = new ArrayList<>();
  private final List<Flow> removals = new ArrayList<>();
  private final SessionTable.Listener recorder =
      new SessionTable.Listener() {
        @Override
        public void onRemotePut(List<Session> sessions) {
          puts.addAll(sessions);
        }

        @Override
        public void onRemoteRemove(List<Flow> flows) {
          removals.addAll(flows);
        }
      };

  @Test
  void itIsCompleteFromItsStartToItsClose() {
    List<Boolean> heard = new ArrayList<>();
    replication.onComplete(heard::add);

    assertThat(replication.complete()).isFalse();
    replication.start();
    replication.start();
    assertThat(replication.complete()).isTrue();
    assertThat(replication.members()).containsExactly(new MemberId("m1"));
    replication.close();
    assertThat(heard).containsExactly(true, false);
  }

  @Test
  void anEntryOfAHigherTermIsNeitherReplacedNorRemovedByALowerOne() {
    replication.sessions().put(session(1, SECOND));
    replication.sessions().put(session(1, FIRST));
    replication.sessions().remove(flow(1), FIRST);

    assertThat(replication.sessions().get(flow(1))).contains(session(1, SECOND));
    replication.sessions().remove(flow(1), SECOND);
    assertThat(replication.sessions().size()).isZero();
  }

  @Test
  void ownWritesAreNotEchoedAndWhatWasThereIsReportedFirst() {
    replication.sessions().put(session(1, FIRST));
    replication.sessions().listen(recorder);
    replication.sessions().put(session(2, FIRST));

    assertThat(puts).containsExactly(session(1, FIRST));
  }

  @Test
  void whatOthersWriteIsHeardOnceAndOnlyIfItIsNews() {
    replication.sessions().listen(recorder);
    replication.sessions().arrive(List.of(session(1, SECOND)));
    replication.sessions().arrive(List.of(session(1, SECOND), session(1, FIRST)));
    replication.sessions().depart(List.of(flow(1)), FIRST);
    replication.sessions().depart(List.of(flow(1), flow(9)), SECOND);

    assertThat(puts).containsExactly(session(1, SECOND));
    assertThat(removals).containsExactly(flow(1));
  }

  @Test
  void theTableIsBoundedAndCountsWhatItRefuses() {
    for (int i = 0; i < 5; i++) {
      replication.sessions().put(session(i, FIRST));
    }
    replication.sessions().put(session(1, Term.of(9, 0)));

    assertThat(replication.sessions().size()).isEqualTo(3);
    assertThat(replication.stats().refused()).isEqualTo(2);
    assertThat(replication.sessions().get(flow(1))).contains(session(1, Term.of(9, 0)));
  }

  @Test
  void drainingIsRememberedAndTold() throws Exception {
    Drained server = new Drained(Kind.SERVER, "shop/s1");
    List<Set<Drained>> heard = new ArrayList<>();
    replication.arrayState().listen(heard::add);

    assertThat(replication.arrayState().drain(server)).isTrue();
    assertThat(replication.arrayState().drain(server)).isFalse();
    assertThat(replication.arrayState().drained()).containsExactly(server);
    assertThat(replication.arrayState().undrain(server)).isTrue();
    assertThat(replication.arrayState().undrain(server)).isFalse();
    assertThat(heard).containsExactly(Set.of(server), Set.of());
  }
}
