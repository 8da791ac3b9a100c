package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shunt.cluster.Term;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.EndedSession;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.SessionTimeouts;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import dev.shunt.scheduler.xdp.layout.Outcome.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What takes more than one packet, or a clock, to see of the program in the kernel. */
final class KernelProgramTest {

  private static final byte[] ASKED =
      Frame.arp(World.BROADCAST, 1, World.ROUTER, "198.51.100.1", World.NOBODY, World.VIP);

  @BeforeEach
  void needsTheKernel() {
    Kernel.requireBpf();
  }

  /** Nobody does anything at the end of the lease: the kernel's clock ends it. */
  @Test
  void theVipIsAnsweredForUntilTheDeadlineAndNoLonger() throws DataPlaneException {
    try (World world = new World()) {
      long deadline = System.nanoTime() + Duration.ofMillis(300).toNanos();
      world.kernel.lease(deadline, 1);

      List<Long> answered = new ArrayList<>();
      await()
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofSeconds(10))
          .until(() -> {
            long before = System.nanoTime();
            boolean answer = world.run(ASKED).verdict() == Verdict.TX;
            if (answer) {
              answered.add(before);
            }
            return !answer;
          });

      assertThat(System.nanoTime()).isGreaterThanOrEqualTo(deadline);
      assertThat(answered).isNotEmpty().allMatch(at -> at < deadline);
      assertThat(world.run(ASKED).verdict()).isEqualTo(Verdict.DROP);
    }
  }

  /**
   * Every bucket of this row has a label of its own, so that the packet tells which one it took.
   */
  @Test
  void theProgramAndJavaHashEveryFlowIntoTheSameBucket() throws DataPlaneException {
    int size = 3583;
    int[] labels = new int[size];
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      labels[i] = Target.labelOf(i);
      targets.add(
          new Target(
              labels[i], "t" + i, World.ip("192.0.2.1"), World.MAC_B, TargetState.UP, 1, false));
    }
    Random random = new Random(42);
    try (World world = new World(World.sizes(1, size, 4096))) {
      DispatchRow row = new DispatchRow(labels);
      world.apply(
          new DispatchTable(
              targets, Map.of(World.HTTP, row, World.DNS, row, World.HTTP6, row, World.DNS6, row)));
      for (int i = 0; i < 6000; i++) {
        boolean tcp = random.nextBoolean();
        boolean ipv4 = random.nextBoolean();
        Flow flow = flow(random, tcp ? Protocol.TCP : Protocol.UDP, ipv4);
        String client = flow.source().getAddress().getHostAddress();
        int port = flow.sourcePort();
        byte[] frame =
            ipv4
                ? (tcp ? Frame.tcp(Frame.ACK) : Frame.udp()).source(client, port).bytes()
                : (tcp ? Frame6.tcp(Frame.ACK) : Frame6.udp()).source(client, port).bytes();

        assertThat(label(world.run(frame).frame()))
            .as("%s", flow)
            .isEqualTo(Target.labelOf(FlowHash.bucket(flow, World.SEED, size)) + (ipv4 ? 0 : 1));
      }
    }
  }

  private static Flow flow(Random random, Protocol protocol, boolean ipv4) {
    byte[] client = new byte[ipv4 ? 4 : 16];
    random.nextBytes(client);
    try {
      return Flow.of(
          protocol,
          new InetSocketAddress(InetAddress.getByAddress(client), random.nextInt(65_536)),
          new InetSocketAddress(
              World.ip(ipv4 ? World.VIP : World.VIP6), protocol == Protocol.TCP ? 80 : 53));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are addresses", e);
    }
  }

  /** Rows of two lengths: half of one with half of the other would miss, and be counted so. */
  @Test
  void noPacketSeesHalfARow() throws DataPlaneException, InterruptedException {
    try (World world = new World()) {
      AtomicBoolean ended = new AtomicBoolean();
      List<Throwable> failures = new ArrayList<>();
      Thread traffic =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int port = 1; !ended.get(); port = port % 60_000 + 1) {
                    // A reset: it goes by the row and leaves no session.
                    byte[] reset = Frame.tcp(Frame.RST).sourcePort(port).bytes();
                    assertThat(label(world.run(reset).frame())).isIn(World.B, World.C);
                  }
                } catch (DataPlaneException | AssertionError e) {
                  failures.add(e);
                }
              });
      for (int i = 0; i < 500; i++) {
        world.row(World.HTTP, World.rowOf(World.C));
        world.row(World.HTTP, new DispatchRow(new int[] {World.B, World.B, World.B}));
      }
      ended.set(true);
      traffic.join();

      assertThat(failures).isEmpty();
      assertThat(world.count("forward_stateless")).isPositive();
      assertThat(world.count("drop_no_target")).isZero();
    }
  }

  /** RFC 1812 section 4.3.2.8. Each processor has its own allowance, and the test may move. */
  @Test
  void answersAboutWhatIsTooBigAreLimited() throws DataPlaneException {
    int packets = 20_000;
    try (World world = new World()) {
      byte[] tooBig = TooBigFixtures.packet().bytes();
      long start = System.nanoTime();
      for (int i = 0; i < packets; i++) {
        world.run(tooBig);
      }
      long millis = (System.nanoTime() - start) / 1_000_000 + 20;

      long answers = world.count("too_big_answer");
      assertThat(answers)
          .isBetween(50L, (50 + millis) * Runtime.getRuntime().availableProcessors());
      assertThat(world.count("drop_too_big")).isEqualTo(packets - answers);
      assertThat(answers).isLessThan(packets);
    }
  }

  @Test
  void aRowThatDoesNotChangeIsNotWrittenAgain() throws DataPlaneException {
    try (World world = new World()) {
      for (int i = 0; i < 3; i++) {
        world.row(World.DNS, World.rowOf(World.C));
      }
      assertThat(label(world.run(Frame.udp().bytes()).frame())).isEqualTo(World.C);
      assertThat(label(world.run(Frame.tcp(Frame.ACK).bytes()).frame())).isEqualTo(World.B);
    }
  }

  @Test
  void eventsThatFindNoRoomAreCounted() throws DataPlaneException {
    int events = 4096 / XdpConfig.EVENT_BYTES;
    try (World world = new World(World.sizes(1000, World.ROW, 4096))) {
      for (int port = 1; port <= events + 10; port++) {
        world.run(Frame.udp().sourcePort(port).bytes());
      }
      assertThat(world.count("forward_new")).isEqualTo(events + 10);
      assertThat(world.count("event_lost")).isBetween(10L, 12L);
    }
  }

  @Test
  void silentSessionsAreForgottenByStateAndProtocol() throws DataPlaneException {
    long start = System.nanoTime();
    long[] now = {start};
    Ticker ticker = () -> now[0];
    try (World world = new World(World.sizes(10, World.ROW, 4096))) {
      SessionMap sessions = new SessionMap(world.kernel, world.writer::target, ticker);
      Flow opening = World.flow(1, Protocol.TCP, 80);
      Flow established = World.flow(2, Protocol.TCP, 80);
      Flow closing = World.flow(3, Protocol.TCP, 80);
      Flow datagrams = World.flow(4, Protocol.UDP, 53);
      Flow closing6 = World.flow6(3, Protocol.TCP, 80);
      sessions.put(
          List.of(
              session(opening, SessionState.OPENING),
              session(established, SessionState.ESTABLISHED),
              session(closing, SessionState.CLOSING),
              session(datagrams, SessionState.ESTABLISHED),
              session(closing6, SessionState.CLOSING)));

      assertThat(expiredAfter(sessions, now, start, 20)).isEmpty();
      assertThat(expiredAfter(sessions, now, start, 21)).containsExactly(closing, closing6);
      assertThat(expiredAfter(sessions, now, start, 61)).containsExactly(opening);
      assertThat(expiredAfter(sessions, now, start, 121)).containsExactly(datagrams);
      assertThat(expiredAfter(sessions, now, start, 3600)).isEmpty();
      assertThat(expiredAfter(sessions, now, start, 3601)).containsExactly(established);
      assertThat(sessions.list()).isEmpty();
    }
  }

  /** What another member saw go on while this one saw nothing is not counted as silence. */
  @Test
  void silenceFromBeforeThisMemberWasSchedulerDoesNotCount() throws DataPlaneException {
    long start = System.nanoTime();
    long[] now = {start};
    try (World world = new World()) {
      SessionMap sessions = new SessionMap(world.kernel, world.writer::target, () -> now[0]);
      sessions.put(List.of(session(World.flow(), SessionState.CLOSING)));
      now[0] = start + Duration.ofSeconds(30).toNanos();
      long scheduler = start + Duration.ofSeconds(15).toNanos();

      assertThat(sessions.expire(SessionTimeouts.DEFAULT, scheduler)).isEmpty();
      now[0] = start + Duration.ofSeconds(36).toNanos();
      assertThat(sessions.expire(SessionTimeouts.DEFAULT, scheduler))
          .containsExactly(new EndedSession(World.flow(), 0));
    }
  }

  private static List<Flow> expiredAfter(SessionMap sessions, long[] now, long start, long seconds)
      throws DataPlaneException {
    now[0] = start + Duration.ofSeconds(seconds).toNanos();
    return sessions.expire(SessionTimeouts.DEFAULT, 0).stream().map(EndedSession::flow).toList();
  }

  /** More than one scan and one batch take. */
  @Test
  void manySessionsAreWrittenListedAndRemoved() throws DataPlaneException {
    int count = 20_000;
    try (World world = new World(World.sizes(count, World.ROW, 4096))) {
      List<Session> sessions = new ArrayList<>();
      for (int port = 1; port <= count; port++) {
        sessions.add(session(World.flow(port, Protocol.TCP, 80), SessionState.ESTABLISHED));
      }
      world.sessions.put(sessions);
      assertThat(world.sessions.list()).hasSize(count).doesNotHaveDuplicates();

      List<Flow> half = sessions.stream().limit(count / 2).map(Session::flow).toList();
      world.sessions.remove(half);
      // Those that are gone already are no error, wherever they stand in the batch.
      world.sessions.remove(sessions.stream().map(Session::flow).limit(count / 2 + 5L).toList());
      assertThat(world.sessions.list()).hasSize(count / 2 - 5);
    }
  }

  @Test
  void aFullTableTakesWhatItCanAndSaysHowMuchItCouldNot() throws DataPlaneException {
    try (World world = new World()) {
      List<Session> sessions = new ArrayList<>();
      for (int port = 1; port <= World.SESSIONS + 3; port++) {
        sessions.add(session(World.flow(port, Protocol.TCP, 80), SessionState.OPENING));
      }
      assertThatThrownBy(() -> world.sessions.put(sessions))
          .isInstanceOf(DataPlaneException.class)
          .hasMessage("3 of 7 sessions found no room: the session table is full at 4");
      assertThat(world.sessions.list()).hasSize(World.SESSIONS);
    }
  }

  @Test
  void sessionsOfBothVersionsAreWrittenListedAndRemovedTogether() throws DataPlaneException {
    Flow six = World.flow6(1, Protocol.TCP, 80);
    Flow four = World.flow(1, Protocol.TCP, 80);
    try (World world = new World()) {
      world.sessions.put(
          List.of(session(six, SessionState.OPENING), session(four, SessionState.CLOSING)));
      assertThat(world.sessions.list())
          .extracting(KernelSession::flow)
          .containsExactlyInAnyOrder(four, six);

      world.sessions.remove(List.of(four, six));
      assertThat(world.sessions.list()).isEmpty();
    }
  }

  @Test
  void trafficIsCountedByServiceAndByTarget() throws DataPlaneException {
    try (World world = new World()) {
      byte[] syn = Frame.tcp(Frame.SYN).bytes();
      world.run(syn);
      world.run(Frame.tcp(Frame.ACK).bytes());
      world.run(Frame.udp().bytes());

      assertThat(world.counters.service(world.writer.indexOf(World.HTTP)))
          .isEqualTo(new Traffic(2, 2L * syn.length));
      assertThat(world.counters.target(World.B).packets()).isEqualTo(3);
      assertThat(world.counters.target(World.C)).isEqualTo(new Traffic(0, 0));
    }
  }

  @Test
  void tooManyServicesAreRefusedBeforeAnythingChanges() throws DataPlaneException {
    try (World world = new World()) {
      Map<dev.shunt.scheduler.Service, DispatchRow> rows = new java.util.HashMap<>();
      for (int port = 1; port <= 5; port++) {
        rows.put(
            new dev.shunt.scheduler.Service("s" + port, World.HTTP.vip(), port, Protocol.TCP),
            World.rowOf(World.C));
      }
      assertThatThrownBy(() -> world.apply(new DispatchTable(List.of(), rows)))
          .hasMessage("5 services: allowed are 4");
      assertThat(label(world.run(Frame.tcp(Frame.ACK).bytes()).frame())).isEqualTo(World.B);
    }
  }

  @Test
  void aTargetThatMovesToAnotherMacIsFollowed() throws DataPlaneException {
    try (World world = new World()) {
      MacAddress moved = MacAddress.parse("02:00:00:00:00:bb");
      world.apply(
          new DispatchTable(
              List.of(
                  new Target(World.B, "b", World.ip("192.0.2.2"), moved, TargetState.UP, 1, false)),
              Map.of(World.HTTP, World.rowOf(World.B))));

      assertThat(world.run(Frame.tcp(Frame.SYN).bytes()).frame())
          .isEqualTo(Frame.tcp(Frame.SYN).labelled(moved, World.B));
    }
  }

  private static Session session(Flow flow, SessionState state) {
    return new Session(flow, World.B, state, Term.NONE, 0);
  }

  private static int label(byte[] frame) {
    return java.nio.ByteBuffer.wrap(frame).getInt(14) >>> 12;
  }
}
