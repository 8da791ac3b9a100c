package dev.shunt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.replication.Protocol;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchedulerTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Service WEB = new Service("web", new Vip(address(100)), 80, Protocol.TCP);
  private static final Service SHOP = new Service("shop", new Vip(address(100)), 81, Protocol.TCP);
  private static final List<MemberAddress> MEMBERS = List.of(at("m1"), at("m2"), at("m3"));

  /** One bucket per target: enough to see who is in a row. */
  private static final RowBuilder ONE_EACH =
      (algorithm, candidates, size) ->
          new DispatchRow(
              candidates.stream()
                  .filter(RowBuilder.Candidate::taking)
                  .mapToInt(RowBuilder.Candidate::label)
                  .toArray());

  private final Scheduler scheduler =
      new Scheduler(
          new SchedulerConfig(
              new MemberId("m1"),
              MEMBERS,
              Map.of(new MemberId("m3"), 5),
              "eth0",
              List.of(WEB, SHOP),
              7,
              1_000,
              SessionTimeouts.DEFAULT,
              Duration.ofSeconds(3)),
          ONE_EACH);

  @Test
  void everyMemberInViewGetsAShareTheSchedulersOwnNodeToo() {
    DispatchTable table = step(view(up("m1"), up("m2"), up("m3")), Set.of(), 0);

    assertThat(labels(table, WEB)).containsExactly(1024, 1026, 1028);
    assertThat(table.targets()).extracting(Target::local).containsExactly(true, false, false);
    assertThat(table.targets()).extracting(Target::state).containsOnly(TargetState.UP);
  }

  @Test
  void aMemberHasTheWeightOfItsConfiguration() {
    DispatchTable table = step(view(up("m1"), up("m2"), up("m3")), Set.of(), 0);

    assertThat(table.targets()).extracting(Target::weight).containsExactly(1, 1, 5);
  }

  @Test
  void aMemberLostFromViewGetsNoNewSessionsAtOnceAndKeepsItsOwnForAWhile() {
    step(view(up("m1"), up("m2"), up("m3")), Set.of(), 0);

    DispatchTable justLost = step(view(up("m1"), up("m3")), Set.of(), SECOND);
    assertThat(labels(justLost, WEB)).containsExactly(1024, 1028);
    assertThat(state(justLost, "m2")).isEqualTo(TargetState.DOWN);

    DispatchTable longLost = step(view(up("m1"), up("m3")), Set.of(), 3 * SECOND);
    assertThat(state(longLost, "m2")).isEqualTo(TargetState.GONE);
  }

  @Test
  void whoIsCutOffFromMostOfTheArrayLetsNoTimePassForThoseItMisses() {
    step(view(up("m1"), up("m2"), up("m3")), Set.of(), 0);
    step(view(up("m1")), Set.of(), SECOND);
    DispatchTable alone = step(view(up("m1")), Set.of(), 600 * SECOND);
    assertThat(state(alone, "m2")).isEqualTo(TargetState.DOWN);

    DispatchTable healed = step(view(up("m1"), up("m2")), Set.of(), 601 * SECOND);
    assertThat(state(healed, "m3")).isEqualTo(TargetState.DOWN);

    DispatchTable later = step(view(up("m1"), up("m2")), Set.of(), 604 * SECOND);
    assertThat(state(later, "m3")).isEqualTo(TargetState.GONE);
  }

  @Test
  void aMemberThatComesBackIsUpAgain() {
    step(view(up("m1"), up("m2")), Set.of(), 0);
    step(view(up("m1")), Set.of(), 5 * SECOND);

    DispatchTable table = step(view(up("m1"), up("m2")), Set.of(), 6 * SECOND);

    assertThat(state(table, "m2")).isEqualTo(TargetState.UP);
  }

  @Test
  void aDrainedMemberKeepsItsSessionsAndGetsNoNewOnes() {
    DispatchTable table = step(view(up("m1"), up("m2")), Set.of(new MemberId("m2")), 0);

    assertThat(labels(table, WEB)).containsExactly(1024);
    assertThat(state(table, "m2")).isEqualTo(TargetState.DRAINED);
  }

  @Test
  void aMemberWhoseListenersAreNotOpenYetGetsNothingNew() {
    DispatchTable table = step(view(up("m1"), member("m2", report(false))), Set.of(), 0);

    assertThat(labels(table, WEB)).containsExactly(1024);
    assertThat(state(table, "m2")).isEqualTo(TargetState.DOWN);
  }

  @Test
  void aMemberThatHasSaidNothingYetIsNoTarget() {
    Member silent = new Member(new MemberId("m2"), MEMBERS.get(1), false, Map.of());

    DispatchTable table = step(view(up("m1"), silent), Set.of(), 0);

    assertThat(table.targets()).extracting(Target::name).containsExactly("m1");
  }

  @Test
  void aMemberInViewThatRestartedAndIsStillSilentKeepsItsSessions() {
    step(view(up("m1"), up("m2")), Set.of(), 0);
    Member silent = new Member(new MemberId("m2"), MEMBERS.get(1), false, Map.of());

    DispatchTable table = step(view(up("m1"), silent), Set.of(), 60 * SECOND);

    assertThat(state(table, "m2")).isEqualTo(TargetState.DOWN);
  }

  @Test
  void aMemberThatReachesNoHealthyServerOfAServiceIsAvoidedForThatServiceOnly() {
    DispatchTable table = step(view(up("m1"), member("m2", report(true, 1))), Set.of(), 0);

    assertThat(labels(table, WEB)).containsExactly(1024, 1026);
    assertThat(labels(table, SHOP)).containsExactly(1024);
  }

  @Test
  void whenNoMemberReachesAHealthyServerAllStayForTheyCanAtLeastSaySo() {
    DispatchTable table =
        step(view(member("m1", report(true, 0)), member("m2", report(true, 0))), Set.of(), 0);

    assertThat(labels(table, WEB)).containsExactly(1024, 1026);
  }

  @Test
  void garbageInAReportMakesTheMemberSilentAndNothingElse() {
    Member odd =
        new Member(new MemberId("m2"), MEMBERS.get(1), true, Map.of("mac", "x", "unfit", "zz"));

    DispatchTable table = step(view(up("m1"), odd), Set.of(), 0);

    assertThat(table.targets()).extracting(Target::name).containsExactly("m1");
  }

  @Test
  void aMemberBehindATunnelIsReachedByTheRouterThatLeadsToItsDataAddress() {
    InetAddress far = InetAddress.ofLiteral("fd00::2");
    MacAddress router = MacAddress.parse("02:00:00:00:00:77");
    Scheduler tunnelling = tunnelling(Map.of(new MemberId("m2"), far));
    Facts facts =
        new Facts(
            view(up("m1"), up("m2"), up("m3")), Set.of(), Set.of(), Map.of(), Map.of(far, router));

    DispatchTable table = tunnelling.step(facts, 0);

    assertThat(table.targets()).allMatch(Target::tunnelled);
    assertThat(table.targets().get(1).address()).isEqualTo(far);
    assertThat(table.targets().get(1).mac()).isEqualTo(router);
    assertThat(table.targets().get(1).state()).isEqualTo(TargetState.UP);
    assertThat(table.targets().get(0).mac()).isEqualTo(report(true).mac());
  }

  /** It stays a target, for others may know a way to this one and send it packets. */
  @Test
  void aMemberToWhichNoWayIsKnownGetsNothingNew() {
    Facts facts = new Facts(view(up("m1"), up("m2")), Set.of(), Set.of(), Map.of(), Map.of());

    DispatchTable table = tunnelling(Map.of()).step(facts, 0);

    assertThat(labels(table, WEB)).containsExactly(1024);
    assertThat(state(table, "m2")).isEqualTo(TargetState.DOWN);
  }

  private static Scheduler tunnelling(Map<MemberId, InetAddress> dataAddresses) {
    return new Scheduler(
        new SchedulerConfig(
            new MemberId("m1"),
            MEMBERS,
            Map.of(),
            "eth0",
            List.of(WEB, SHOP),
            7,
            1_000,
            SessionTimeouts.DEFAULT,
            Duration.ofSeconds(3),
            Encap.UDP,
            dataAddresses),
        ONE_EACH);
  }

  private DispatchTable step(MemberView view, Set<MemberId> drained, long nanos) {
    return scheduler.step(new Facts(view, drained, Set.of(), Map.of()), nanos);
  }

  private static List<Integer> labels(DispatchTable table, Service service) {
    List<Integer> labels = new ArrayList<>();
    for (int label : table.row(service).toArray()) {
      labels.add(label);
    }
    return labels;
  }

  private static TargetState state(DispatchTable table, String name) {
    return table.targets().stream()
        .filter(t -> t.name().equals(name))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private static MemberView view(Member... present) {
    return new MemberView(1, List.of(present), MEMBERS.size());
  }

  private static Member up(String name) {
    return member(name, report(true));
  }

  private static Member member(String name, NodeReport report) {
    return new Member(new MemberId(name), at(name), true, report.toAttributes());
  }

  private static NodeReport report(boolean ready, int... unfitServices) {
    BitSet unfit = new BitSet();
    for (int service : unfitServices) {
      unfit.set(service);
    }
    return new NodeReport(MacAddress.parse("02:00:00:00:00:01"), ready, unfit);
  }

  private static MemberAddress at(String name) {
    return new MemberAddress(new MemberId(name), address(10 + Integer.parseInt(name.substring(1))));
  }

  private static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 77, 0, (byte) last});
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
