package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.PairFixtures.label;
import static dev.shunt.scheduler.xdp.World.A;
import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.MINE;
import static dev.shunt.scheduler.xdp.World.ROUTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.EndedSession;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.LabelEntry;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.SessionTimeouts;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What this process does with the labels of sessions in the kernel. */
final class SessionLabelsTest {

  private static final int FORTH = 8199;

  @BeforeEach
  void needsTheKernel() {
    Kernel.requireBpf();
  }

  @Test
  void whatOtherMembersTellIsSwitchedByItsLabel() throws DataPlaneException {
    try (World world = new World()) {
      world.session(World.flow(), A, SessionState.ESTABLISHED, label(FORTH, ROUTER, false));
      world.session(World.flow6(), C, SessionState.ESTABLISHED, label(FORTH + 2, ROUTER, true));

      assertThat(actions(world))
          .containsExactly(
              FORTH + " TO_STACK",
              FORTH + 1 + " POP_TO_PORT",
              FORTH + 2 + " TO_PORT",
              FORTH + 3 + " TO_PORT");
    }
  }

  @Test
  void aSessionThatGetsOtherLabelsLosesTheOldOnes() throws DataPlaneException {
    try (World world = new World()) {
      world.session(C, SessionState.ESTABLISHED, label(FORTH, ROUTER, false));
      world.session(B, SessionState.ESTABLISHED, label(FORTH + 2, ROUTER, false));
      assertThat(actions(world))
          .containsExactly(FORTH + 2 + " TO_PORT", FORTH + 3 + " POP_TO_PORT");

      world.session(A, SessionState.ESTABLISHED, SessionLabel.NONE);
      assertThat(actions(world)).isEmpty();
    }
  }

  /** Two schedulers name it, one after the other, and a third member hears of both at once. */
  @Test
  void ofTwoSessionsOfAFlowThatComeTogetherOnlyTheLastOnesLabelsLead() throws DataPlaneException {
    try (World world = new World()) {
      world.sessions.put(
          List.of(
              session(World.flow(), C, label(FORTH, ROUTER, false)),
              session(World.flow6(), C, label(FORTH + 4, ROUTER, false)),
              session(World.flow(), B, label(FORTH + 2, ROUTER, false))));

      assertThat(actions(world))
          .containsExactly(
              FORTH + 2 + " TO_PORT",
              FORTH + 3 + " POP_TO_PORT",
              FORTH + 4 + " TO_PORT",
              FORTH + 5 + " POP_TO_PORT");
      world.sessions.remove(List.of(World.flow(), World.flow6()));
      assertThat(actions(world)).isEmpty();
    }
  }

  private static Session session(Flow flow, int target, SessionLabel label) {
    return new Session(flow, target, SessionState.ESTABLISHED, Term.NONE, 0, label);
  }

  @Test
  void aSessionThatTheKernelLabelledLosesItsLabelsToOneWithoutThem() throws DataPlaneException {
    try (World world = new World()) {
      world.labels(3);
      world.run(Frame.udp().bytes());
      assertThat(actions(world)).hasSize(2);

      Flow flow = world.onlySession().flow();
      world.session(flow, C, SessionState.ESTABLISHED, SessionLabel.NONE);

      assertThat(actions(world)).isEmpty();
    }
  }

  @Test
  void aSessionThatFindsNoRoomGetsNoLabels() throws DataPlaneException {
    try (World world = new World()) {
      List<Session> sessions = new ArrayList<>();
      for (int i = 0; i <= World.SESSIONS; i++) {
        sessions.add(session(World.flow(i + 1, Protocol.TCP, 80), FORTH + 2 * i));
      }
      assertThatThrownBy(() -> world.sessions.put(sessions)).hasMessageStartingWith("1 of 5");
      assertThat(actions(world)).hasSize(2 * World.SESSIONS);
    }
  }

  /** Labels that nobody gave out, as a neighbour on the link may send them. */
  @Test
  void unknownLabelsFillTheTableToItsBoundAndEvictNothing() throws DataPlaneException {
    try (World world = new World()) {
      world.session(World.flow(), A, SessionState.ESTABLISHED, label(FORTH, ROUTER, false));
      for (int i = 1; i <= 10 * World.SESSIONS; i++) {
        Frame frame = Frame.tcp(Frame.ACK).sourcePort(i);
        world.run(frame.labelled(World.MINE, World.STRANGER, FORTH + 2 * i, 64, true));
      }

      assertThat(actions(world))
          .contains(FORTH + " TO_STACK", FORTH + 1 + " POP_TO_PORT")
          .hasSizeLessThanOrEqualTo(World.SESSIONS + 1);
      assertThat(world.count("label_learn")).isBetween(1L, World.SESSIONS - 1L);
      assertThat(world.count("local_table_full")).isPositive();
    }
  }

  /** The kernel wrote the entries, with a mark of its own making for each flow. */
  @Test
  void removedSessionsTakeTheirLabelsWithThemAndTellThem() throws DataPlaneException {
    int count = 200;
    try (World world = new World(World.sizes(count, World.ROW, 4096))) {
      world.labels(IntStream.range(0, 2 * count).toArray());
      List<Flow> flows = new ArrayList<>();
      for (int port = 1; port <= count; port++) {
        world.run(Frame.udp().sourcePort(port).bytes());
        world.run(Frame6.udp().source(World.CLIENT6, port).bytes());
        flows.add(World.flow(port, Protocol.UDP, World.DNS_PORT));
        flows.add(World.flow6(port, Protocol.UDP, World.DNS_PORT));
      }
      assertThat(world.kernel.labels.list(SessionLabel.FIRST, 5000)).hasSize(4 * count);

      List<EndedSession> ended = world.sessions.remove(flows);

      assertThat(ended).extracting(EndedSession::flow).containsExactlyInAnyOrderElementsOf(flows);
      assertThat(ended)
          .extracting(EndedSession::label)
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, 2 * count).mapToObj(SessionLabel::forthOf).toList());
      assertThat(actions(world)).isEmpty();
      assertThat(world.sessions.remove(flows)).isEmpty();
    }
  }

  /** The pair of a session that is removed late has another one by now. */
  @Test
  void aLabelThatAnotherSessionHasIsNotTakenFromIt() throws DataPlaneException {
    try (World world = new World()) {
      world.session(C, SessionState.ESTABLISHED, label(FORTH, ROUTER, false));
      world.session(
          World.flow(2, Protocol.TCP, 80),
          B,
          SessionState.ESTABLISHED,
          label(FORTH, ROUTER, false));
      world.sessions.remove(List.of(World.flow()));

      assertThat(world.sessionLabels()).extracting(LabelEntry::target).containsExactly(B, B);
    }
  }

  /** Two had the label for a while, and the first one's target changes. */
  @Test
  void aLabelThatAnotherSessionHasFollowsThatOnesTargetOnly() throws DataPlaneException {
    try (World world = new World()) {
      Flow other = World.flow(2, Protocol.TCP, 80);
      world.session(B, SessionState.ESTABLISHED, label(FORTH, ROUTER, false));
      world.session(other, C, SessionState.ESTABLISHED, label(FORTH, ROUTER, false));

      world.state(B, TargetState.DRAINED);

      assertThat(world.sessionLabels()).extracting(LabelEntry::target).containsExactly(C, C);
    }
  }

  @Test
  void aSessionToldOfWhileItsTargetTakesNothingIsSwitchedWhenItDoesAgain()
      throws DataPlaneException {
    try (World world = new World()) {
      world.state(C, TargetState.GONE);
      world.session(C, SessionState.ESTABLISHED, label(FORTH, ROUTER, false));
      assertThat(actions(world)).containsExactly(FORTH + 1 + " POP_TO_PORT");

      world.state(C, TargetState.UP);

      assertThat(actions(world)).containsExactly(FORTH + " TO_PORT", FORTH + 1 + " POP_TO_PORT");
    }
  }

  @Test
  void labelsFollowTheirTargetsState() throws DataPlaneException {
    try (World world = new World()) {
      world.session(C, SessionState.ESTABLISHED, label(FORTH, ROUTER, false));
      world.state(C, TargetState.DRAINED);
      assertThat(actions(world)).contains(FORTH + " TO_PORT");
      world.state(C, TargetState.GONE);
      assertThat(actions(world)).containsExactly(FORTH + 1 + " POP_TO_PORT");
      world.state(C, TargetState.UP);
      assertThat(actions(world)).contains(FORTH + " TO_PORT");
      world.plain(C);
      assertThat(actions(world)).containsExactly(FORTH + 1 + " POP_TO_PORT");
    }
  }

  /** Its packets are not analysed any more, so its session shows no life itself. */
  @Test
  void aSessionThatIsSwitchedByItsLabelAloneDoesNotExpire() throws DataPlaneException {
    long start = System.nanoTime();
    long[] now = {start};
    try (World world = new World()) {
      SessionMap sessions = new SessionMap(world.kernel, world.writer::target, () -> now[0]);
      sessions.put(List.of(session(World.flow(), FORTH)));
      Duration timeout = SessionTimeouts.DEFAULT.established();
      for (int i = 1; i <= 3; i++) {
        boolean back = i == 2;
        world.run(Frame.tcp(Frame.ACK).labelled(MINE, ROUTER, back ? FORTH + 1 : FORTH, 64, true));
        now[0] = start + i * (timeout.toNanos() + 1);
        assertThat(sessions.expire(SessionTimeouts.DEFAULT, 0)).isEmpty();
      }
      assertThat(sessions.list()).extracting(KernelSession::idleNanos).containsExactly(0L);
      now[0] += timeout.toNanos() + 1;
      assertThat(sessions.expire(SessionTimeouts.DEFAULT, 0))
          .containsExactly(new EndedSession(World.flow(), FORTH));
      assertThat(actions(world)).isEmpty();
    }
  }

  @Test
  void eventsTellLabelsAndTheClientsSide() throws DataPlaneException {
    List<SessionEvent> events = new CopyOnWriteArrayList<>();
    try (World world = new World()) {
      world.labels(3);
      world.run(Frame.udp().labelled(MINE, ROUTER, 16, 64, true));
      try (EventRing<SessionEvent> ring = EventRing.sessions(world.kernel.events, events::addAll)) {
        await().until(() -> !events.isEmpty());
        assertThat(ring).isNotNull();
      }
    }
    Flow flow = World.flow(40_000, Protocol.UDP, World.DNS_PORT);
    assertThat(events)
        .containsExactly(
            new SessionEvent(SessionEvent.Kind.OPENED, flow, B, label(FORTH, ROUTER, true)));
  }

  @Test
  void thePoolTakesWhatItHasRoomForAndGivesBackWhatIsLeft() throws DataPlaneException {
    try (World world = new World()) {
      int[] all = IntStream.range(0, XdpConfig.POOL_PAIRS + 3).toArray();
      world.labels();
      assertThat(world.pool.drain()).isEmpty();
      assertThat(world.pool.offer(all)).isEqualTo(XdpConfig.POOL_PAIRS);
      assertThat(world.pool.free()).isEqualTo(XdpConfig.POOL_PAIRS);

      world.run(Frame.udp().bytes());
      assertThat(world.pool.free()).isEqualTo(XdpConfig.POOL_PAIRS - 1);
      assertThat(world.pool.drain()).isEqualTo(IntStream.range(1, XdpConfig.POOL_PAIRS).toArray());
      assertThat(world.pool.free()).isZero();
      assertThat(world.pool.offer(new int[] {7, 8})).isEqualTo(2);
      assertThat(world.pool.free()).isEqualTo(2);
    }
  }

  @Test
  void theTableIsListedByPages() throws DataPlaneException {
    try (World world = new World()) {
      assertThat(world.kernel.labels.list(0, 4))
          .extracting(LabelEntry::label)
          .containsExactly(A, A + 1, B, B + 1);
      assertThat(world.kernel.labels.list(B + 2, 4))
          .extracting(LabelEntry::label)
          .containsExactly(C, C + 1);
      assertThat(world.kernel.labels.list(Target.LAST_LABEL, 4)).isEmpty();
    }
  }

  private static Session session(Flow flow, int forth) {
    return new Session(
        flow, C, SessionState.ESTABLISHED, Term.NONE, 0, label(forth, ROUTER, false));
  }

  private static List<String> actions(World world) {
    return world.sessionLabels().stream()
        .filter(entry -> entry.action() != LabelAction.NONE)
        .map(entry -> entry.label() + " " + entry.action())
        .toList();
  }
}
