package dev.shunt.ops.daemon;

import static dev.shunt.ops.daemon.Three.silent;
import static dev.shunt.ops.daemon.Three.view;
import static dev.shunt.ops.daemon.Three.well;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;
import dev.shunt.replication.ArrayState.Drained;
import dev.shunt.replication.ArrayState.Kind;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.NodeReport;
import dev.shunt.scheduler.SessionKeeper;
import dev.shunt.scheduler.SessionTimeouts;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import dev.shunt.scheduler.admission.LoadShedder;
import dev.shunt.scheduler.xdp.FakeDataPlane;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ArrayAgentTest {

  private static final Term TERM = Term.of(3, 1);
  private static final Drained M1 = new Drained(Kind.MEMBER, "m1");

  private final AtomicLong clock = new AtomicLong(Duration.ofHours(1).toNanos());
  private final AtomicLong wallClock = new AtomicLong(7_000);
  private final FakeDataPlane kernel = new FakeDataPlane(Three.MAC, clock::get, 100);
  private final WatchedReplication replication = new WatchedReplication();
  private final FakeMembership membership = new FakeMembership();
  private final FakeNode node = new FakeNode();
  private final NodeReporter reporter =
      new NodeReporter(
          node,
          List.of(Three.WEB),
          List::of,
          () -> Optional.of(Three.MAC),
          () -> false,
          Map.of(),
          clock::get);
  private final LayerFour layerFour =
      new LayerFour(
          Three.scheduler(),
          new LoadShedder(List.of(Three.WEB)),
          new SessionKeeper(
              replication.sessions(), kernel, SessionTimeouts.DEFAULT, () -> 1_000, _ -> {}),
          kernel,
          () -> {},
          Map::of,
          Map::of,
          replication.sessions(),
          Optional.empty(),
          Optional.empty(),
          Duration.ofMillis(250),
          clock::get);
  private final ArrayAgent agent = agent(true);

  private ArrayAgent agent(boolean maySchedule) {
    return new ArrayAgent(
        Three.SELF,
        maySchedule,
        membership,
        replication,
        Optional.of(layerFour),
        reporter,
        new ServerDrains(node, Set.of()),
        clock::get,
        wallClock::get);
  }

  @BeforeEach
  void open() throws Exception {
    node.set("w1", true, false);
    layerFour.start();
  }

  @AfterEach
  void close() {
    agent.close();
  }

  @Test
  void aMemberMayLeadOnceItsTablesAreWholeAndItsNodeIsOpen() throws IOException {
    agent.start();
    await().until(() -> !membership.published().isEmpty());
    assertThat(membership.last().eligible()).as("the node is not open").isFalse();

    reporter.started(() -> true, () -> false);
    await().until(() -> membership.last().eligible());

    replication.close();
    await().until(() -> !membership.last().eligible());
  }

  @Test
  void whatAFormerProcessLeftInTheKernelIsComparedBeforeAMemberTakesSessions() throws Exception {
    kernel.close();
    kernel.putSessions(List.of(session(1), session(2)));
    layerFour.start();
    replication.sessions().put(session(2));
    agent.start();
    membership.show(view(silent(1), well(2)));

    await().until(agent::caughtUp);
    assertThat(kernel.sessions())
        .extracting(KernelSession::flow)
        .containsExactly(session(2).flow());
  }

  @Test
  void untilThenThisMemberIsStaleWhileOthersHoldTheTables() throws Exception {
    kernel.close();
    kernel.putSessions(List.of(session(1)));
    layerFour.start();
    replication.holdBack(true);
    agent.start();
    assertThat(agent.isStale()).as("nobody else is there").isFalse();
    membership.show(view(silent(1), well(2)));

    assertThat(agent.isStale()).isTrue();
    replication.holdBack(false);
    await().until(() -> !agent.isStale());
    assertThat(kernel.sessions()).isEmpty();
  }

  @Test
  void theTablesAreToldWhoWritesThemWhileItIsInView() throws IOException {
    agent.start();
    membership.lead(new Leadership(TERM, Optional.of(new MemberId("m2")), false));
    membership.show(view(silent(1), well(2), well(3)));
    await().until(() -> replication.writer().equals(Optional.of(new MemberId("m2"))));
    membership.show(view(silent(1), well(3)));
    await().until(() -> replication.writer().isEmpty());
  }

  @Test
  void aKernelThatRemembersNothingIsNotStale() throws Exception {
    replication.holdBack(true);
    agent.start();
    membership.show(view(silent(1), well(2)));
    assertThat(agent.isStale()).isFalse();
    assertThat(agent.caughtUp()).isFalse();
  }

  @Test
  void whereNobodyElseHasTheTablesTheKernelsSessionsStay() throws Exception {
    kernel.close();
    kernel.putSessions(List.of(session(1)));
    layerFour.start();
    agent.start();
    membership.show(view(silent(1)));
    assertThat(agent.caughtUp()).as("no majority").isFalse();

    membership.show(view(silent(1), silent(2)));
    await().until(agent::caughtUp);
    assertThat(kernel.sessions()).hasSize(1);
  }

  private static Session session(int port) {
    Flow flow = Flow.ofIpv4(Protocol.TCP, 0x0a4d0002, port, 0x0a4d0064, 80);
    return new Session(flow, 1026, SessionState.ESTABLISHED, TERM, 1);
  }

  @Test
  void aMemberThatIsNeverSchedulerTakesSessionsAndIsNotEligible() throws IOException {
    try (ArrayAgent never = agent(false)) {
      never.start();
      reporter.started(() -> true, () -> false);
      await().ignoreExceptions().until(() -> report().ready());
    }

    assertThat(membership.published()).noneMatch(published -> published.eligible());
  }

  @Test
  void theSameIsNotPublishedTwice() throws IOException {
    started();
    int before = membership.published().size();

    membership.show(view(well(1), well(2)));
    await().until(() -> kernel.tables().size() == 1);
    membership.show(view(well(1), well(2), well(3)));
    await().until(() -> kernel.tables().size() == 2);

    assertThat(membership.published()).hasSize(before);
  }

  @Test
  void aFailingServerIsToldToTheOthers() throws IOException {
    started();
    assertThat(report().isFit(0)).isTrue();

    node.set("w1", false, false);

    await().until(() -> !report().isFit(0));
  }

  @Test
  void noAnswerGoesThroughASchedulerThatIsLostFromView() throws IOException {
    started();
    membership.show(view(well(1), well(2), well(3)));
    await().until(() -> kernel.table().targets().size() == 3);
    membership.lead(new Leadership(Term.of(1, 1), Optional.of(new MemberId("m3")), false));
    membership.show(view(well(1), well(3)));
    await().until(() -> state("m2") == TargetState.DOWN);
    assertThat(kernel.directAnswers()).isZero();

    membership.show(view(well(1), well(2)));

    await().until(() -> kernel.directAnswers() == 1);
  }

  @Test
  void theKernelFollowsTheView() throws IOException {
    started();
    membership.show(view(well(1), well(2), well(3)));
    await().until(() -> kernel.table().targets().size() == 3);

    membership.show(view(well(1), well(2)));

    await().until(() -> state("m3") == TargetState.DOWN);
    assertThat(agent.view().contains(new MemberId("m3"))).isFalse();
  }

  @Test
  void whoDropsOutOfViewIsHandedToTheTablesAsSuspectAndNoLongerWaitedFor() throws IOException {
    started();
    membership.show(view(well(1), well(2), silent(3)));
    await().until(() -> replication.expected().size() == 2);
    assertThat(replication.expected())
        .as("whose tables are whole")
        .containsExactlyInAnyOrder(Three.SELF, new MemberId("m2"));
    assertThat(replication.suspects()).isEmpty();

    membership.show(view(well(1), silent(3)));

    await().until(() -> !replication.suspects().isEmpty());
    await().until(() -> replication.expected().equals(Set.of(Three.SELF)));
    assertThat(replication.suspects()).containsExactly(new MemberId("m2"));
  }

  @Test
  void aDrainedMemberLeavesTheRoleToAnotherWhileThereIsOne() throws Exception {
    started();
    membership.show(view(well(1), well(2)));
    replication.arrayState().drain(M1);
    await().until(() -> !membership.last().eligible());
    assertThat(agent.drainedMembers()).containsExactly(Three.SELF);
    await().until(() -> state("m1") == TargetState.DRAINED);

    membership.show(view(well(1), silent(2)));
    await().untilAsserted(() -> assertThat(membership.last().eligible()).isTrue());
  }

  @Test
  void drainingAServerReachesTheNodeAndIsUndone() throws Exception {
    started();
    var server = new Drained(Kind.SERVER, "web/w1");
    replication.arrayState().drain(new Drained(Kind.SERVER, "web/nobody"));
    replication.arrayState().drain(server);
    await().until(() -> node.server("w1").drained());

    replication.arrayState().undrain(server);
    await().until(() -> !node.server("w1").drained());
  }

  @Test
  void aNewLeaseIsAnnouncedOnceAndRenewalsGoStraightToTheKernel() throws IOException {
    started();
    agent.onLease(lease(1));
    await().until(() -> kernel.announcements() == 1);

    agent.onLease(lease(2));
    assertThat(kernel.lease()).isEqualTo(lease(2));
    agent.onLease(Lease.NONE);
    assertThat(kernel.answers()).isFalse();
    agent.onLease(new Lease(Term.of(4, 1), clock.get() + 1_000_000));
    await().until(() -> kernel.announcements() == 2);
  }

  @Test
  void aLeaseThatIsOverDoesNotCountAsAnnounced() throws IOException {
    started();
    agent.onLease(new Lease(TERM, clock.get() - 1));

    agent.onLease(lease(1));

    await().until(() -> kernel.announcements() == 1);
  }

  @Test
  void theTimeASchedulerTookOfficeIsKeptWhileItIsTheSame() {
    assertThat(agent.schedulerSinceMillis()).isZero();
    agent.onLeadership(new Leadership(TERM, Optional.of(Three.SELF), true));
    assertThat(agent.schedulerSinceMillis()).isEqualTo(7_000);
    wallClock.set(8_000);
    agent.onLeadership(new Leadership(Term.of(3, 2), Optional.of(Three.SELF), true));
    assertThat(agent.schedulerSinceMillis()).isEqualTo(7_000);
    agent.onLeadership(new Leadership(Term.of(4, 1), Optional.empty(), false));
    assertThat(agent.schedulerSinceMillis()).isZero();
  }

  @Test
  void whoRetiresSaysSoAndStepsDown() throws IOException {
    started();

    agent.retire();

    await().until(() -> !membership.last().eligible());
    assertThat(report().ready()).isFalse();
    assertThat(membership.steppedDown()).isTrue();
  }

  @Test
  void oneStepThatFailsDoesNotEndTheFollowingOnes() throws IOException {
    started();
    node.fail(true);
    await().until(node::failed);

    node.fail(false);
    node.set("w1", false, false);

    await().until(() -> !report().isFit(0));
  }

  @Test
  void newsThatComeAfterTheStopAreIgnored() throws IOException {
    started();
    agent.close();

    membership.show(view(well(1), well(2)));
    agent.onLease(lease(1));

    assertThat(kernel.tables()).isEmpty();
    assertThat(kernel.announcements()).isZero();
  }

  private void started() throws IOException {
    reporter.started(() -> true, () -> false);
    agent.start();
    await().until(() -> membership.last().eligible());
  }

  private Lease lease(int seconds) {
    return new Lease(TERM, clock.get() + Duration.ofSeconds(seconds).toNanos());
  }

  private NodeReport report() {
    Member plain = silent(1);
    return NodeReport.of(
            new Member(plain.id(), plain.address(), false, membership.last().attributes()))
        .orElseThrow();
  }

  private TargetState state(String member) {
    return kernel.table().targets().stream()
        .filter(t -> t.name().equals(member))
        .map(Target::state)
        .findFirst()
        .orElse(TargetState.GONE);
  }
}
