package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Term;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.EndedSession;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.SessionTimeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
