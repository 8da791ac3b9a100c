package dev.shunt.ops.daemon;

import static dev.shunt.ops.daemon.Three.silent;
import static dev.shunt.ops.daemon.Three.view;
import static dev.shunt.ops.daemon.Three.well;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.cluster.Lease;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionState;
import dev.shunt.replication.local.LocalReplication;
import dev.shunt.replication.local.LocalSessionTable;
import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.CookieKeys;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.SessionKeeper;
import dev.shunt.scheduler.SessionTimeouts;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import dev.shunt.scheduler.admission.LoadShedder;
import dev.shunt.scheduler.label.LabelPool;
import dev.shunt.scheduler.label.LabelPoolConfig;
import dev.shunt.scheduler.xdp.FakeDataPlane;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LayerFourTest {

  private static final Duration SILENCE = Duration.ofMillis(250);
  private static final Term TERM = Term.of(3, 1);
  private static final Flow FLOW = Flow.ofIpv4(Protocol.TCP, 0x0a4d_0001, 40_000, 0x0a4d_0064, 80);

  private static final long WALL_MILLIS = 1_700_000_000_000L;
  private static final CookieKeys KEYS = new CookieKeys(number -> new byte[16]);

  private final AtomicLong clock = new AtomicLong(Duration.ofHours(1).toNanos());
  private final FakeDataPlane kernel = new FakeDataPlane(Three.MAC, clock::get, 100);
  private final LocalSessionTable table = new LocalReplication(Three.SELF).sessions();

  @Test
  void aFreshProgramForwardsToWhoeverHasReportedAsSoonAsThereIsAMajority() throws Exception {
    LayerFour fresh = started();

    step(fresh, view(well(1)));
    assertThat(kernel.tables()).as("no majority").isEmpty();

    step(fresh, view(well(1), silent(2)));
    assertThat(names()).containsExactly("m1");
    assertThat(fresh.table()).isEqualTo(kernel.table());
  }

  @Test
  void eachStepGivesTheKernelTheKeysOfItsHour() throws Exception {
    step(started(), view(well(1)));

    assertThat(kernel.cookieKeys()).isEqualTo(KEYS.at(WALL_MILLIS * 1_000_000));
  }

  @Test
  void anAdoptedTableStaysWhileAMemberInViewIsSilent() throws Exception {
    DispatchTable before = leaveATable();
    LayerFour adopted = started();

    step(adopted, view(well(1), well(2), silent(3)));
    pass(Duration.ofSeconds(29));
    step(adopted, view(well(1), well(2), silent(3)));
    assertThat(kernel.tables()).containsExactly(before);

    step(adopted, view(well(1), well(2), well(3)));
    assertThat(names()).containsExactly("m1", "m2", "m3");
    assertThat(adopted.table()).isEqualTo(before);
  }

  @Test
  void whoeverStaysSilentInViewIsWaitedForNoLongerThanHalfAMinute() throws Exception {
    leaveATable();
    LayerFour adopted = started();

    step(adopted, view(well(1), well(2), silent(3)));
    pass(Settling.PATIENCE.plusMillis(1));
    step(adopted, view(well(1), well(2), silent(3)));

    assertThat(names()).containsExactly("m1", "m2");
  }

  @Test
  void aStartThatTakesLongUsesUpNoPatience() throws Exception {
    DispatchTable before = leaveATable();
    LayerFour adopted = started();

    pass(Duration.ofMinutes(2));
    step(adopted, view(well(1)));
    pass(Duration.ofMinutes(2));
    step(adopted, view(well(1), silent(2), silent(3)));

    assertThat(kernel.tables()).containsExactly(before);
  }

  @Test
  void anAdoptedTableIsReplacedAtOnceWhenAllInViewHaveReported() throws Exception {
    leaveATable();
    LayerFour adopted = started();

    step(adopted, view(well(1), well(2)));

    assertThat(names()).containsExactly("m1", "m2");
  }

  @Test
  void withoutAMajorityTheTableStays() throws Exception {
    LayerFour layer = started();
    step(layer, view(well(1), well(2), well(3)));

    pass(Duration.ofMinutes(1));
    step(layer, view(well(1)));

    assertThat(kernel.tables()).hasSize(1);
  }

  @Test
  void membersThatComeBackInViewWithTheMajorityKeepTheirFlowsUntilTheyHaveReported()
      throws Exception {
    LayerFour layer = started();
    step(layer, view(well(1), well(2), well(3)));
    step(layer, view(well(1)));

    step(layer, view(well(1), silent(2), silent(3)));
    assertThat(kernel.tables()).hasSize(1);

    pass(Settling.PATIENCE.plusMillis(1));
    step(layer, view(well(1), silent(2), silent(3)));
    assertThat(kernel.table().targets())
        .extracting(Target::state)
        .containsExactly(TargetState.UP, TargetState.DOWN, TargetState.DOWN);
  }

  @Test
  void aMemberThatRestartsWhileTheOthersGoOnHoldsNothingUp() throws Exception {
    LayerFour layer = started();
    step(layer, view(well(1), well(2), well(3)));

    step(layer, view(well(1), well(2), silent(3)));

    assertThat(kernel.table().targets().getLast().state()).isEqualTo(TargetState.DOWN);
  }

  @Test
  void aTableThatTheKernelRefusedIsTriedAgainAndCounted() throws Exception {
    LayerFour layer = started();
    kernel.failWith(new DataPlaneException("no room"));
    step(layer, view(well(1), well(2)));
    // The table, and the keys of SYN cookies.
    assertThat(layer.failures()).isEqualTo(2);
    assertThat(layer.table()).isEqualTo(DispatchTable.EMPTY);

    kernel.failWith(null);
    step(layer, view(well(1), well(2)));
    assertThat(names()).containsExactly("m1", "m2");
    step(layer, view(well(1), well(2)));
    assertThat(kernel.tables()).as("an equal table is not written again").hasSize(1);
  }

  @Test
  void aDrainedMemberIsATargetThatTakesNothingNew() throws Exception {
    LayerFour layer = started();

    layer.step(view(well(1), well(2)), Set.of(new MemberId("m2")), Set.of());

    assertThat(kernel.table().row(Three.WEB).shares()).containsOnlyKeys(1024);
    assertThat(names()).containsExactly("m1", "m2");
  }

  @Test
  void theHostIsPreparedBeforeTheProgramIsLoaded() {
    LayerFour layer =
        layer(() -> {
          throw new DataPlaneException("arp_ignore cannot be set");
        });

    assertThatThrownBy(layer::start).hasMessageContaining("arp_ignore");
    assertThat(kernel.adopted()).isFalse();
    assertThat(kernel.tables()).isEmpty();
  }

  @Test
  void whatOthersOpenReachesTheKernelAndWhatTheKernelOpensReachesTheArray() throws Exception {
    LayerFour layer = started();
    layer.onTerm(TERM);
    table.arrive(List.of(session(FLOW)));
    Flow other = Flow.ofIpv4(Protocol.TCP, 0x0a4d_0001, 40_001, 0x0a4d_0064, 80);
    kernel.happen(new SessionEvent(SessionEvent.Kind.OPENED, other, 1024));

    assertThat(kernel.sessions()).extracting(KernelSession::flow).containsExactly(FLOW, other);
    assertThat(table.get(other)).map(Session::term).contains(TERM);

    table.depart(List.of(FLOW), TERM);
    assertThat(kernel.sessions()).extracting(KernelSession::flow).containsExactly(other);
  }

  @Test
  void onlyTheSchedulerForgetsSilentSessions() throws Exception {
    LayerFour layer = started();
    table.arrive(List.of(session(FLOW)));
    pass(Duration.ofHours(2));
    layer.expire();
    assertThat(kernel.sessions()).as("not scheduler").hasSize(1);

    layer.onLease(new Lease(TERM, Long.MAX_VALUE));
    layer.onTerm(TERM);
    layer.announce();
    layer.expire();
    assertThat(kernel.sessions()).as("just became scheduler").hasSize(1);

    pass(Duration.ofHours(2));
    layer.expire();
    assertThat(kernel.sessions()).isEmpty();
    assertThat(table.size()).isZero();
  }

  @Test
  void aSessionThatOnlyTheKernelKnowsIsNewsOnTheSchedulerAndALeftoverElsewhere() throws Exception {
    LayerFour layer = started();
    kernel.putSessions(List.of(session(FLOW)));
    layer.onLease(new Lease(TERM, Long.MAX_VALUE));
    layer.announce();
    layer.reconcile();
    assertThat(table.get(FLOW)).isPresent();

    layer.onLease(Lease.NONE);
    table.remove(FLOW, TERM);
    layer.reconcile();
    assertThat(kernel.sessions()).as("perhaps on its way").hasSize(1);
    pass(Duration.ofSeconds(11));
    layer.reconcile();
    assertThat(kernel.sessions()).isEmpty();
  }

  @Test
  void theVipsAreAnnouncedWhileTheLeaseLasts() throws Exception {
    LayerFour layer = started();
    assertThat(layer.announce()).isEqualTo(Long.MAX_VALUE);

    layer.onLease(new Lease(TERM, clock.get() + Duration.ofSeconds(1).toNanos()));

    assertThat(kernel.answers()).isTrue();
    assertThat(layer.announce()).isEqualTo(Duration.ofMillis(20).toNanos());
    assertThat(kernel.announcements()).isEqualTo(1);
  }

  @Test
  void outcomesAreEmptyAndCountedWhenTheKernelDoesNotSay() throws Exception {
    LayerFour layer = started();
    kernel.count("passed");
    assertThat(layer.outcomes()).containsEntry("passed", 1L);

    kernel.failWith(new DataPlaneException("gone"));
    assertThat(layer.outcomes()).isEmpty();
    assertThat(layer.failures()).isEqualTo(1);
  }

  /** A life before this one: all three members were well when it ended. */
  private DispatchTable leaveATable() throws DataPlaneException {
    LayerFour former = started();
    step(former, view(well(1), well(2), well(3)));
    former.close();
    return kernel.table();
  }

  @Test
  void onlyWhoHoldsTheLeaseHasLabelsInItsKernel() throws Exception {
    LocalReplication array = new LocalReplication(Three.SELF);
    var supply =
        new LabelSupply(
            new LabelPool(LabelPoolConfig.DEFAULT, clock::get), array.labelBlocks(), kernel, table);
    LayerFour layer = layer(() -> {}, Optional.of(supply));
    layer.start();
    array.start();
    MemberView view = view(well(1), well(2));

    step(layer, view);
    assertThat(kernel.freePairs()).isZero();

    layer.onLease(new Lease(TERM, clock.get() + Duration.ofSeconds(1).toNanos()));
    layer.announce();
    step(layer, view);
    step(layer, view);
    step(layer, view);
    assertThat(kernel.freePairs()).isPositive();
    assertThat(layer.labelPairs()).map(LabelSupply.Stats::queue).contains(kernel.freePairs());

    pass(Duration.ofSeconds(2));
    step(layer, view);
    assertThat(kernel.freePairs()).isZero();
  }

  @Test
  void whereAnswersComeTooLateAPartOfTheNewSessionsIsRefusedUntilTheyDoNot()
      throws DataPlaneException {
    Service web = Three.WEB.with(new Admission(0, 0, 0, 1, Duration.ofMillis(100), false));
    LayerFour layer = layer(web, () -> {}, Optional.empty());
    layer.start();
    MemberView fast = Three.view(Three.well(1), Three.well(2), Three.well(3));
    MemberView slow =
        Three.view(
            Three.slow(1, Duration.ofMillis(50)),
            Three.slow(2, Duration.ofMillis(400)),
            Three.well(3));
    step(layer, fast);
    assertThat(layer.admissions()).containsOnlyKeys(web);
    assertThat(shed(layer, web)).isZero();

    // The mean is 225 ms.
    pass(Duration.ofSeconds(1));
    step(layer, slow);
    assertThat(shed(layer, web)).isEqualTo(Math.round(0.2f * AdmissionState.ALL));

    for (int second = 0; second < 60; second++) {
      pass(Duration.ofSeconds(1));
      step(layer, fast);
    }
    assertThat(shed(layer, web)).isZero();
  }

  private LayerFour started() throws DataPlaneException {
    LayerFour layer = layer(() -> {});
    layer.start();
    return layer;
  }

  private LayerFour layer(LayerFour.KernelAction prepareHost) {
    return layer(prepareHost, Optional.empty());
  }

  private LayerFour layer(LayerFour.KernelAction prepareHost, Optional<LabelSupply> labels) {
    return layer(Three.WEB, prepareHost, labels);
  }

  private LayerFour layer(
      Service service, LayerFour.KernelAction prepareHost, Optional<LabelSupply> labels) {
    var keeper = new SessionKeeper(table, kernel, SessionTimeouts.DEFAULT, () -> 1_000, _ -> {});
    return new LayerFour(
        Three.scheduler(service),
        new LoadShedder(List.of(service)),
        keeper,
        kernel,
        prepareHost,
        Map::of,
        Map::of,
        table,
        labels,
        Optional.of(new CookieSupply(KEYS, kernel, () -> WALL_MILLIS, clock::get)),
        SILENCE,
        clock::get);
  }

  private static int shed(LayerFour layer, Service service) {
    return Objects.requireNonNull(layer.admissions().get(service)).shed();
  }

  private static void step(LayerFour layer, MemberView view) {
    layer.step(view, Set.of(), Set.of());
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private List<String> names() {
    return kernel.table().targets().stream().map(Target::name).toList();
  }

  private static Session session(Flow flow) {
    return new Session(flow, 1026, SessionState.ESTABLISHED, TERM, 1_000);
  }
}
