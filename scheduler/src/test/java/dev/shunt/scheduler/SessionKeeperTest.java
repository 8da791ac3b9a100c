package dev.shunt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.replication.local.LocalReplication;
import dev.shunt.replication.local.LocalSessionTable;
import dev.shunt.scheduler.xdp.FakeDataPlane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionKeeperTest {

  private static final Term TERM = Term.of(3, 1);
  private static final int LABEL = 1026;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final AtomicLong clock = new AtomicLong();
  private final FakeDataPlane kernel =
      new FakeDataPlane(MacAddress.parse("02:00:00:00:00:01"), clock::get, 100);
  private final LocalSessionTable table = new LocalReplication(new MemberId("m1")).sessions();
  private final List<Integer> ended = new ArrayList<>();
  private final SessionKeeper keeper =
      new SessionKeeper(table, kernel, SessionTimeouts.DEFAULT, () -> 1_000, ended::add);

  @BeforeEach
  void open() throws DataPlaneException {
    kernel.open(keeper::onEvents);
    keeper.onTerm(TERM);
  }

  @Test
  void whatTheKernelOpensIsToldToTheArrayWithTheTerm() {
    kernel.happen(new SessionEvent(SessionEvent.Kind.OPENED, flow(1), LABEL));

    assertThat(table.get(flow(1)))
        .contains(new Session(flow(1), LABEL, SessionState.OPENING, TERM, 1_000));
  }

  @Test
  void theLabelOfASessionThatMovesHasEnded() {
    kernel.happen(
        new SessionEvent(
            SessionEvent.Kind.OPENED, flow(1), LABEL, new SessionLabel(8193, 5, false)));
    kernel.happen(
        new SessionEvent(
            SessionEvent.Kind.CLOSING, flow(1), LABEL, new SessionLabel(8193, 5, false)));
    assertThat(ended).isEmpty();

    kernel.happen(
        new SessionEvent(
            SessionEvent.Kind.OPENED, flow(1), LABEL + 2, new SessionLabel(8195, 5, false)));
    kernel.happen(new SessionEvent(SessionEvent.Kind.OPENED, flow(1), LABEL));

    assertThat(ended).containsExactly(8193, 8195);
  }

  @Test
  void theLabelOfASessionThatOthersSawEndHasEndedHereToo() throws DataPlaneException {
    SessionLabel label = new SessionLabel(8197, 5, false);
    keeper.onRemotePut(
        List.of(session(1), new Session(flow(2), LABEL, SessionState.OPENING, TERM, 1_000, label)));

    keeper.onRemoteRemove(List.of(flow(1), flow(2)));

    assertThat(ended).containsExactly(8197);
  }

  @Test
  void aSessionKeepsItsBeginningThroughItsLife() {
    table.put(new Session(flow(1), LABEL, SessionState.OPENING, TERM, 7));

    kernel.happen(new SessionEvent(SessionEvent.Kind.CLOSING, flow(1), LABEL));

    assertThat(table.get(flow(1)))
        .contains(new Session(flow(1), LABEL, SessionState.CLOSING, TERM, 7));
  }

  @Test
  void whatOthersOpenIsToldToTheKernelAndForgottenWithThem() throws DataPlaneException {
    keeper.onRemotePut(List.of(session(1), session(2)));
    keeper.onRemoteRemove(List.of(flow(1)));

    assertThat(kernel.sessions()).extracting(KernelSession::flow).containsExactly(flow(2));
  }

  @Test
  void aSilentSessionIsForgottenInTheKernelAndInTheArray() throws DataPlaneException {
    kernel.happen(new SessionEvent(SessionEvent.Kind.OPENED, flow(1), LABEL));
    clock.set(61 * SECOND);

    assertThat(keeper.expire(0)).isEqualTo(1);

    assertThat(kernel.sessions()).isEmpty();
    assertThat(table.size()).isZero();
  }

  @Test
  void silenceBeforeTakingOverIsNotHeldAgainstASession() throws DataPlaneException {
    keeper.onRemotePut(List.of(session(1)));
    clock.set(61 * SECOND);

    assertThat(keeper.expire(50 * SECOND)).isZero();
    clock.set(111 * SECOND);
    assertThat(keeper.expire(50 * SECOND)).isEqualTo(1);
  }

  @Test
  void aLostEventIsFoundByComparingOnTheScheduler() throws DataPlaneException {
    kernel.putSessions(List.of(session(1)));

    assertThat(keeper.reconcile(true, 0)).isEqualTo(1);

    assertThat(table.get(flow(1))).isPresent();
  }

  @Test
  void aLeftoverIsTakenOutOfAStandbysKernelOnlyWhenItIsOldEnough() throws DataPlaneException {
    kernel.putSessions(List.of(session(1)));

    assertThat(keeper.reconcile(false, SECOND)).isZero();
    clock.set(2 * SECOND);
    assertThat(keeper.reconcile(false, SECOND)).isEqualTo(1);

    assertThat(kernel.sessions()).isEmpty();
  }

  @Test
  void anEntryThatTheKernelLacksIsWrittenAgain() throws DataPlaneException {
    table.put(session(1));

    assertThat(keeper.reconcile(false, SECOND)).isEqualTo(1);

    assertThat(kernel.sessions()).extracting(KernelSession::flow).containsExactly(flow(1));
  }

  @Test
  void aLeftoverGoesAtOnceWhereAnotherSessionHasItsLabelByNow() throws DataPlaneException {
    kernel.putSessions(List.of(labelled(1, 8193), labelled(2, 8195), session(3)));
    table.put(labelled(4, 8193));

    assertThat(keeper.reconcile(false, SECOND)).isEqualTo(2);

    assertThat(kernel.sessions())
        .extracting(KernelSession::flow)
        .containsExactlyInAnyOrder(flow(2), flow(3), flow(4));
    assertThat(ended).containsExactly(8193);
  }

  @Test
  void whatTheArrayKnowsOtherwiseIsWrittenToAStandbysKernelWhenItIsOldEnough()
      throws DataPlaneException {
    kernel.putSessions(List.of(labelled(1, 8193)));
    table.put(labelled(1, 8195));

    assertThat(keeper.reconcile(false, SECOND)).as("perhaps on its way").isZero();
    clock.set(SECOND);
    assertThat(keeper.reconcile(true, SECOND)).as("the scheduler's kernel knows better").isZero();
    assertThat(keeper.reconcile(false, SECOND)).isEqualTo(1);

    assertThat(kernel.sessions()).extracting(k -> k.label().forth()).containsExactly(8195);
    assertThat(keeper.reconcile(false, 0)).isZero();
  }

  private static Session labelled(int port, int label) {
    return new Session(
        flow(port), LABEL, SessionState.OPENING, TERM, 1, new SessionLabel(label, 5, false));
  }

  private static Session session(int port) {
    return new Session(flow(port), LABEL, SessionState.OPENING, TERM, 1);
  }

  private static Flow flow(int port) {
    return Flow.ofIpv4(Protocol.TCP, 0x0a4d0002, port, 0x0a4d0064, 80);
  }
}
