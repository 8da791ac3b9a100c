package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.World.B;
import static dev.shunt.scheduler.xdp.World.C;
import static dev.shunt.scheduler.xdp.World.DNS;
import static dev.shunt.scheduler.xdp.World.HTTP;
import static dev.shunt.scheduler.xdp.World.HTTP6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What takes many packets to see of admission control in the kernel, and its counts. */
final class AdmissionTest {

  private static final int MANY = 4_000;

  @BeforeEach
  void needsTheKernel() {
    Kernel.requireBpf();
  }

  private static World world() throws DataPlaneException {
    return new World(World.sizes(10_000, World.ROW, 1 << 20));
  }

  @Test
  void ofThoseRefusedByLoadThereAreAsManyAsTheShareSays() throws DataPlaneException {
    try (World world = world()) {
      world.limit(DNS, new Admission(0, 0, 0, 1, Duration.ofMillis(1), true));
      world.shed(DNS, AdmissionState.ALL / 4);
      datagrams(world, MANY);
      assertThat((double) world.count("refused_load") / MANY).isCloseTo(0.25, within(0.05));
      assertThat(world.admission(DNS).shed()).isEqualTo(AdmissionState.ALL / 4);
    }
  }

  @Test
  void theRateHoldsOverABurstAndWhatFollows() throws DataPlaneException {
    try (World world = world()) {
      world.limit(DNS, new Admission(0, 0, 1_000, 50, Duration.ZERO, true));
      long start = System.nanoTime();
      int sent = 0;
      while (world.count("refused_rate") < 100 || System.nanoTime() - start < 200_000_000L) {
        datagram(world, sent++);
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      long admitted = world.count("forward_new");
      assertThat(admitted).isBetween(50 + 200 * 8 / 10L, 50 + millis + 1);
      assertThat(admitted + world.count("refused_rate")).isEqualTo(sent);
    }
  }

  @Test
  void whatOtherLimitsRefuseDoesNotUseUpTheRate() throws DataPlaneException {
    try (World world = world()) {
      world.limit(DNS, new Admission(0, 0, 1, 1, Duration.ofMillis(1), true));
      world.shed(DNS, AdmissionState.ALL);
      datagrams(world, 10);
      assertThat(world.count("refused_load")).isEqualTo(10);
      world.shed(DNS, 0);
      datagram(world, 11);
      assertThat(world.count("forward_new")).isEqualTo(1);
    }
  }

  @Test
  void aTargetGetsNoMoreThanItsCeilingWhileOthersHaveRoom() throws DataPlaneException {
    for (Pick pick : new Pick[] {Pick.ROW, Pick.ROUND_ROBIN, Pick.LEAST_CONNECTIONS, Pick.SOURCE}) {
      try (World world = world()) {
        world.limit(DNS, new Admission(0, 20, 0, 1, Duration.ZERO, true));
        world.row(DNS, new DispatchRow(pick, new int[] {B, B, B, C, B, B, B}));
        datagrams(world, 45);
        TargetLoads loads = new TargetLoads(world.kernel, world.writer::indexOf);
        assertThat(loads.of(B)).as("%s", pick).isEqualTo(20);
        assertThat(loads.of(C)).as("%s", pick).isEqualTo(20);
        assertThat(world.admission(DNS).refused()).containsEntry(Refusal.TARGETS, 5L);
      }
    }
  }

  @Test
  void unreachablesAreBoundedAsOtherAnswersAre() throws DataPlaneException {
    try (World world = world()) {
      world.limit(DNS, new Admission(0, 0, 0, 1, Duration.ofMillis(1), false));
      world.shed(DNS, AdmissionState.ALL);
      long start = System.nanoTime();
      datagrams(world, MANY);
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertThat(world.count("refuse_unreachable")).isBetween(50L, 50 + 10 + millis);
      assertThat(world.count("refuse_unreachable") + world.count("drop_refused")).isEqualTo(MANY);
    }
  }

  @Test
  void countingAgainPutsRightWhatTheProgramDidNotSee() throws DataPlaneException {
    try (World world = world()) {
      world.limit(HTTP, new Admission(20, 0, 0, 1, Duration.ZERO, true));
      world.limit(HTTP6, new Admission(20, 0, 0, 1, Duration.ZERO, true));
      List<Session> replicated = new ArrayList<>();
      for (int port = 1; port <= 30; port++) {
        SessionState state = port <= 10 ? SessionState.CLOSING : SessionState.ESTABLISHED;
        replicated.add(new Session(World.flow(port, Protocol.TCP, 80), C, state, Term.NONE, 0));
      }
      replicated.add(
          new Session(World.flow6(1, Protocol.TCP, 80), C, SessionState.ESTABLISHED, Term.NONE, 0));
      world.sessions.put(replicated);
      datagram(world, 1);
      assertThat(world.admission(HTTP).sessions()).isZero();

      BitSet limited = new BitSet();
      limited.set(world.writer.indexOf(HTTP));
      limited.set(world.writer.indexOf(HTTP6));
      new TargetLoads(world.kernel, world.writer::indexOf).recount(limited);

      assertThat(world.admission(HTTP).sessions()).isEqualTo(20);
      assertThat(world.admission(HTTP6).sessions()).isEqualTo(1);
      world.run(Frame.tcp(Frame.SYN).sourcePort(5000).bytes());
      assertThat(world.count("refused_sessions")).isEqualTo(1);
      // One of theirs ends here, though its opening was not seen here.
      world.run(Frame.tcp(Frame.FIN | Frame.ACK).sourcePort(30).bytes());
      assertThat(world.admission(HTTP).sessions()).isEqualTo(19);
      world.run(Frame.tcp(Frame.SYN).sourcePort(30).bytes());
      assertThat(world.admission(HTTP).sessions()).isEqualTo(20);
    }
  }

  @Test
  void limitsThatAreTakenAwayRefuseNobodyAndNewOnesBeginAnew() throws DataPlaneException {
    try (World world = world()) {
      world.limit(DNS, new Admission(0, 0, 1, 1, Duration.ofMillis(1), true));
      datagrams(world, 2);
      assertThat(world.count("refused_rate")).isEqualTo(1);
      world.shed(DNS, AdmissionState.ALL);
      world.limit(DNS, Admission.NONE);
      datagram(world, 3);
      assertThat(world.count("forward_new")).isEqualTo(2);
      world.limit(DNS, new Admission(0, 0, 1, 2, Duration.ofMillis(1), true));
      datagram(world, 4);
      assertThat(world.count("forward_new")).isEqualTo(3);
    }
  }

  @Test
  void anAdoptedTableKeepsLimitsAndCounts() throws DataPlaneException {
    Admission limits = new Admission(3, 7, 5, 2, Duration.ofMillis(250), true);
    try (World world = world()) {
      world.limit(HTTP, limits);
      world.run(Frame.tcp(Frame.SYN).sourcePort(1).bytes());
      world.run(Frame.tcp(Frame.ACK).sourcePort(1).bytes());
      world.shed(HTTP, 77);

      DispatchWriter next = new DispatchWriter(world.kernel, World.ROW);
      assertThat(next.apply(world.table()).limits()).isFalse();

      assertThat(world.kernel.admissions.get(next.indexOf(HTTP.with(limits)))).isEqualTo(limits);
      assertThat(world.admission(HTTP).sessions()).isEqualTo(1);
      assertThat(world.admission(HTTP).shed()).isEqualTo(77);
    }
  }

  private static void datagrams(World world, int count) throws DataPlaneException {
    for (int port = 1; port <= count; port++) {
      datagram(world, port);
    }
  }

  /** Of a client of its own. */
  private static void datagram(World world, int number) throws DataPlaneException {
    String client = "198.51.%d.7".formatted(100 + number / 50_000);
    world.run(Frame.udp().source(client, 1 + number % 50_000).bytes());
  }
}
