package dev.shunt.ops.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import dev.shunt.replication.LabelBlock;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.replication.local.LocalReplication;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.label.LabelPool;
import dev.shunt.scheduler.label.LabelPoolConfig;
import dev.shunt.scheduler.xdp.FakeDataPlane;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way of the labels between array, pool and kernel. */
class LabelSupplyTest {

  private static final Term TERM = Term.of(3, 1);
  private static final int TARGET = 1026;
  private static final Duration QUARANTINE = Duration.ofSeconds(30);
  private static final LabelPoolConfig CONFIG =
      new LabelPoolConfig(64, 128, 100, 1_000, QUARANTINE);

  private final AtomicLong clock = new AtomicLong(Duration.ofHours(1).toNanos());
  private final FakeDataPlane kernel = new FakeDataPlane(Three.MAC, clock::get, 1_000);
  private final LocalReplication array = new LocalReplication(Three.SELF);
  private LabelSupply supply = supply();

  private LabelSupply supply() {
    return new LabelSupply(
        new LabelPool(CONFIG, clock::get), array.labelBlocks(), kernel, array.sessions());
  }

  @BeforeEach
  void start() throws DataPlaneException {
    kernel.open(_ -> {});
    supply.start();
    array.start();
  }

  @Test
  void theSchedulersKernelGetsPairsOfABlockThatTheArrayLeases() throws Exception {
    steps(true);

    assertThat(array.labelBlocks().owned()).containsExactly(new LabelBlock(0));
    assertThat(kernel.freePairs()).isEqualTo(128);
    assertThat(supply.stats()).isEqualTo(new LabelSupply.Stats(128, 128, 0, 0));
  }

  @Test
  void whoIsNotSchedulerAsksForNothing() throws Exception {
    steps(false);

    assertThat(array.labelBlocks().owned()).isEmpty();
    assertThat(kernel.freePairs()).isZero();
  }

  @Test
  void whoLosesTheRoleHasAnEmptyQueueAndThePairsBack() throws Exception {
    steps(true);
    open(1);

    supply.step(false);

    assertThat(kernel.freePairs()).isZero();
    assertThat(supply.stats()).isEqualTo(new LabelSupply.Stats(255, 0, 1, 0));
  }

  @Test
  void thePairOfASessionThatEndsRestsBeforeItIsFreeAgain() throws Exception {
    steps(true);
    int label = open(1);
    supply.step(true);
    assertThat(supply.stats()).isEqualTo(new LabelSupply.Stats(128, 127, 1, 0));

    supply.ended(kernel.removeSessions(List.of(flow(1))).getFirst().label());
    supply.ended(label);
    supply.step(true);
    assertThat(supply.stats()).isEqualTo(new LabelSupply.Stats(128, 127, 0, 1));

    clock.addAndGet(QUARANTINE.toNanos() + 1);
    supply.step(true);
    assertThat(supply.stats()).isEqualTo(new LabelSupply.Stats(129, 127, 0, 0));
  }

  @Test
  void aQueueThatRunsLowIsRefilledAndAnotherBlockAskedFor() throws Exception {
    steps(true);
    for (int i = 0; i < 100; i++) {
      open(i);
    }

    steps(true);

    assertThat(kernel.freePairs()).isEqualTo(128);
    assertThat(array.labelBlocks().owned()).hasSize(2);
  }

  @Test
  void whileTheArrayGivesNothingSessionsGoWithoutAndItIsAskedAgainLater() throws Exception {
    array.close();
    steps(true);
    assertThat(kernel.takePair()).isEmpty();

    array.start();
    supply.step(true);
    assertThat(kernel.freePairs()).as("not at once").isZero();
    clock.addAndGet(Duration.ofSeconds(2).toNanos());
    steps(true);
    assertThat(kernel.freePairs()).isEqualTo(128);
  }

  @Test
  void afterARestartTheBlockIsTakenAgainAndItsSessionsKeepTheirLabels() throws Exception {
    steps(true);
    int label = open(1);
    var _ = array.labelBlocks().release(new LabelBlock(0));
    array.close();
    kernel.close();

    supply = supply();
    start();
    assertThat(kernel.freePairs()).as("drained before sessions are read").isZero();
    supply.step(false);
    supply.step(false);

    assertThat(array.labelBlocks().owned()).containsExactly(new LabelBlock(0));
    assertThat(supply.stats()).isEqualTo(new LabelSupply.Stats(0, 0, 1, 255));
    clock.addAndGet(QUARANTINE.toNanos() + 1);
    steps(true);
    assertThat(kernel.drainPairs()).hasSize(128).doesNotContain(SessionLabel.pairOf(label));
  }

  @Test
  void aPairWhoseSessionsEndNobodyToldIsFoundByTheAudit() throws Exception {
    steps(true);
    for (int i = 0; i < 300; i++) {
      open(i);
      supply.step(true);
    }
    open(1_000);
    for (int i = 0; i < 300; i++) {
      kernel.removeSessions(List.of(flow(i)));
    }

    supply.audit();
    supply.step(true);

    assertThat(supply.stats().used()).isEqualTo(1);
    assertThat(supply.stats().resting()).isGreaterThanOrEqualTo(300);
  }

  @Test
  void anAuditLeavesPairsThatAreWhereTheyShouldBe() throws Exception {
    steps(true);
    open(1);
    supply.step(true);
    LabelSupply.Stats before = supply.stats();

    supply.audit();
    supply.step(true);

    assertThat(supply.stats()).isEqualTo(before);
  }

  @Test
  void sessionsOfABlockThatAnotherMemberOwnsGoOnWithoutALabel() throws Exception {
    steps(true);
    open(1);

    array.labelBlocks().lose(new LabelBlock(0));
    supply.step(true);

    assertThat(kernel.sessions())
        .extracting(KernelSession::flow, KernelSession::label)
        .containsExactly(tuple(flow(1), SessionLabel.NONE));
    assertThat(array.sessions().get(flow(1)).orElseThrow().label()).isEqualTo(SessionLabel.NONE);
    assertThat(kernel.labels(0, 10)).isEmpty();
    steps(true);
    assertThat(Arrays.stream(kernel.drainPairs()).map(pair -> pair / LabelBlock.PAIRS))
        .isNotEmpty()
        .doesNotContain(0);
  }

  /** An answer of the array is heard one step after the question. */
  private void steps(boolean scheduler) throws DataPlaneException {
    for (int i = 0; i < 3; i++) {
      supply.step(scheduler);
    }
  }

  /** A session begins in the kernel with a pair out of its queue; its label from the client. */
  private int open(int client) {
    int forth = SessionLabel.forthOf(kernel.takePair().orElseThrow());
    SessionLabel label = new SessionLabel(forth, 7, false);
    kernel.happen(new SessionEvent(SessionEvent.Kind.ESTABLISHED, flow(client), TARGET, label));
    array
        .sessions()
        .put(new Session(flow(client), TARGET, SessionState.ESTABLISHED, TERM, 1, label));
    return forth;
  }

  private static Flow flow(int client) {
    return Flow.ofIpv4(Protocol.TCP, 0x0a4d_0001, 10_000 + client, 0x0a4d_0064, 80);
  }
}
