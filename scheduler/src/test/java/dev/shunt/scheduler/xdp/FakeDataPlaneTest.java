package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Term;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.EndedSession;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.Refusal;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.SessionTimeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FakeDataPlaneTest {

  private long now = 1_000_000_000L;
  private final FakeDataPlane plane = new FakeDataPlane(World.MINE, () -> now, 2);
  private final List<SessionEvent> heard = new ArrayList<>();

  @Test
  void whatIsAppliedStaysForTheNextToOpenUntilItIsUninstalled() throws DataPlaneException {
    plane.open(heard::addAll);
    assertThat(plane.adopted()).isFalse();
    plane.apply(DispatchTable.EMPTY);
    plane.putSessions(List.of(session(1)));
    plane.close();

    plane.open(heard::addAll);
    assertThat(plane.adopted()).isTrue();
    assertThat(plane.tables()).hasSize(1);
    assertThat(plane.sessions()).hasSize(1);

    plane.uninstall();
    plane.open(heard::addAll);
    assertThat(plane.adopted()).isFalse();
    assertThat(plane.sessions()).isEmpty();
  }

  @Test
  void theLeaseEndsByItself() {
    plane.lease(new Lease(new Term(1), now + 10));
    assertThat(plane.answers()).isTrue();
    now += 10;
    assertThat(plane.answers()).isFalse();
  }

  @Test
  void anEventMovesTheTableAndIsHeard() throws DataPlaneException {
    plane.open(heard::addAll);
    plane.happen(new SessionEvent(SessionEvent.Kind.OPENED, World.flow(), World.B));
    plane.happen(new SessionEvent(SessionEvent.Kind.ESTABLISHED, World.flow(), World.B));

    assertThat(heard).hasSize(2);
    assertThat(plane.sessions())
        .containsExactly(
            new KernelSession(
                World.flow(), World.B, SessionState.ESTABLISHED, 2, 0, SessionLabel.NONE));
  }

  @Test
  void silentSessionsExpireAsInTheKernel() throws DataPlaneException {
    plane.putSessions(List.of(session(1)));
    now += Duration.ofSeconds(60).toNanos();
    assertThat(plane.expire(SessionTimeouts.DEFAULT, 0)).isEmpty();
    now++;
    assertThat(plane.expire(SessionTimeouts.DEFAULT, 0))
        .containsExactly(new EndedSession(session(1).flow(), 0));
    assertThat(plane.sessions()).isEmpty();
  }

  @Test
  void newSessionsAreRefusedForTheSameReasonsAsInTheKernel() throws DataPlaneException {
    Service full = limited(1, 0, 0);
    plane.apply(new DispatchTable(List.of(), Map.of(full, DispatchRow.EMPTY)));
    assertThat(plane.ask(full, World.B)).isEmpty();
    plane.putSessions(List.of(session(1)));
    assertThat(plane.ask(full, World.B)).contains(Refusal.SESSIONS);
    assertThat(plane.admissions())
        .containsOnlyKeys(full)
        .extractingByKey(full)
        .returns(1L, AdmissionState::sessions)
        .extracting(AdmissionState::refused)
        .isEqualTo(
            Map.of(Refusal.SESSIONS, 1L, Refusal.TARGETS, 0L, Refusal.RATE, 0L, Refusal.LOAD, 0L));

    assertThat(plane.ask(limited(0, 1, 0), World.B)).contains(Refusal.TARGETS);
    assertThat(plane.ask(limited(0, 1, 0), World.C)).isEmpty();

    Service brief = limited(0, 0, 10);
    assertThat(plane.ask(brief, World.B)).isEmpty();
    assertThat(plane.ask(brief, World.B)).contains(Refusal.RATE);
    now += Duration.ofMillis(100).toNanos();
    assertThat(plane.ask(brief, World.B)).isEmpty();

    Service slow = limited(0, 0, 0);
    plane.shed(Map.of(slow, AdmissionState.ALL / 2));
    assertThat(plane.ask(slow, World.B)).isEmpty();
    assertThat(plane.ask(slow, World.B)).contains(Refusal.LOAD);
    assertThat(plane.ask(slow, World.B)).isEmpty();
  }

  private static Service limited(int sessions, int perTarget, int rate) {
    return World.HTTP.with(
        new Admission(sessions, perTarget, rate, 1, Duration.ofSeconds(1), false));
  }

  @Test
  void aFullTableSaysSo() {
    assertThatThrownBy(() -> plane.putSessions(List.of(session(1), session(2), session(3))))
        .hasMessage("1 of 3 sessions found no room: the session table is full at 2");
  }

  @Test
  void aFailureThatWasOrderedComes() {
    plane.failWith(new DataPlaneException("no"));
    assertThatThrownBy(plane::announce).hasMessage("no");
    plane.failWith(null);
    assertThat(plane.announcements()).isZero();
  }

  private static Session session(int port) {
    return new Session(
        World.flow(port, dev.shunt.replication.Protocol.TCP, 80),
        World.B,
        SessionState.OPENING,
        Term.NONE,
        0);
  }
}
