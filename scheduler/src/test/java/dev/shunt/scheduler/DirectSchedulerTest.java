package dev.shunt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.replication.Protocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Direct servers as targets: who is up is what most members see. */
final class DirectSchedulerTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final List<MemberAddress> MEMBERS = List.of(at("m1"), at("m2"), at("m3"));
  private static final Service WEB = new Service("web", new Vip(address(100)), 80, Protocol.TCP);

  /** Labels of a, b and c: the first ones behind the members'. */
  private static final List<Integer> LABELS = List.of(1030, 1032, 1034);

  private static final Sight UP = Sight.up(Duration.ofMillis(1));
  private static final Sight SLOW = Sight.up(Duration.ofMillis(2));
  private static final Sight DOWN = Sight.DOWN;
  private static final Sight UNKNOWN = Sight.UNKNOWN;

  /** The label of each that takes, as often as its weight. */
  private static final RowBuilder BY_WEIGHT =
      (algorithm, candidates, size) ->
          new DispatchRow(
              candidates.stream()
                  .filter(RowBuilder.Candidate::taking)
                  .flatMapToInt(c -> IntStream.generate(c::label).limit(c.weight()))
                  .toArray());

  private final Map<InetAddress, MacAddress> neighbours = new HashMap<>();

  DirectSchedulerTest() {
    for (int last = 21; last <= 23; last++) {
      neighbours.put(address(last), new MacAddress(last));
    }
  }

  @Test
  void serversHaveTheLabelsBehindTheMembersAndTheirNeighboursAddresses() {
    DispatchTable table = step(scheduler(Algorithm.MAGLEV), 0, all(UP, UP, UP));

    assertThat(table.row(direct(Algorithm.MAGLEV)).shares().keySet())
        .containsExactlyElementsOf(LABELS);
    assertThat(table.target(1032))
        .hasValueSatisfying(b -> {
          assertThat(b.name()).isEqualTo("dns/b");
          assertThat(b.mac()).isEqualTo(new MacAddress(22));
          assertThat(b.local()).isFalse();
          assertThat(b.labelled()).isFalse();
        });
  }

  @Test
  void aProxiedServiceGoesOnOverTheMembers() {
    DispatchTable table = step(scheduler(Algorithm.MAGLEV), 0, all(UP, UP, UP));
    assertThat(table.row(WEB).shares().keySet()).containsExactly(1024, 1026, 1028);
  }

  @Test
  void mostMembersDecideWhetherAServerIsUp() {
    Scheduler scheduler = scheduler(Algorithm.MAGLEV);
    assertThat(taking(scheduler, 0, sees(UP, DOWN, UP), sees(UP, UP, UP), sees(DOWN, DOWN, UP)))
        .containsExactly(1030, 1034);
  }

  @Test
  void whoHasNotCheckedYetHasNoVoice() {
    Scheduler scheduler = scheduler(Algorithm.MAGLEV);
    assertThat(taking(scheduler, 0, sees(UP, DOWN, UP), sees(UNKNOWN, UNKNOWN, DOWN)))
        .containsExactly(1030);
  }

  @Test
  void aServerThatNobodyHasCheckedIsTakenToBeUp() {
    assertThat(taking(scheduler(Algorithm.MAGLEV), 0, sees(UNKNOWN, UNKNOWN, UNKNOWN)))
        .containsExactlyElementsOf(LABELS);
  }

  @Test
  void aMemberThatIsNotReadyHasNoVoice() {
    Scheduler scheduler = scheduler(Algorithm.MAGLEV);
    Member stopping = member("m2", false, sees(DOWN, DOWN, DOWN));
    Member fine = member("m1", true, sees(UP, UP, UP));
    DispatchTable table =
        scheduler.step(
            new Facts(
                new MemberView(1, List.of(fine, stopping), 3), Set.of(), Set.of(), neighbours),
            0);
    assertThat(table.row(direct(Algorithm.MAGLEV)).shares().keySet())
        .containsExactlyElementsOf(LABELS);
  }

  @Test
  void aServerThatFailsKeepsItsSessionsForAMomentAndThenHasNone() {
    Scheduler scheduler = scheduler(Algorithm.MAGLEV);
    step(scheduler, 0, all(UP, UP, UP));

    assertThat(state(step(scheduler, SECOND, all(UP, DOWN, UP)))).isEqualTo(TargetState.DOWN);
    assertThat(state(step(scheduler, 3 * SECOND, all(UP, DOWN, UP)))).isEqualTo(TargetState.DOWN);
    assertThat(state(step(scheduler, 4 * SECOND, all(UP, DOWN, UP)))).isEqualTo(TargetState.GONE);
    assertThat(state(step(scheduler, 5 * SECOND, all(UP, UP, UP)))).isEqualTo(TargetState.UP);
  }

  @Test
  void aDrainedServerKeepsItsSessionsAndGetsNoNewOnes() {
    Scheduler scheduler = scheduler(Algorithm.MAGLEV);
    DispatchTable table =
        scheduler.step(new Facts(view(all(UP, UP, UP)), Set.of(), Set.of("dns/b"), neighbours), 0);
    assertThat(state(table)).isEqualTo(TargetState.DRAINED);
    assertThat(table.row(direct(Algorithm.MAGLEV)).shares().keySet()).containsExactly(1030, 1034);
  }

  @Test
  void aServerThatHasLeftTheNeighbourTableIsWhereItWasLast() {
    Scheduler scheduler = scheduler(Algorithm.MAGLEV);
    step(scheduler, 0, all(UP, UP, UP));
    neighbours.remove(address(22));
    assertThat(step(scheduler, SECOND, all(UP, UP, UP)).target(1032))
        .hasValueSatisfying(b -> assertThat(b.mac()).isEqualTo(new MacAddress(22)));
  }

  @Test
  void aServerThatWasNeverSeenOnTheNetworkIsNoTarget() {
    neighbours.remove(address(22));
    assertThat(taking(scheduler(Algorithm.MAGLEV), 0, all(UP, UP, UP))).containsExactly(1030, 1034);
  }

  @Test
  void aServerOnThisMembersOwnHostNeedsNoNeighbour() {
    neighbours.clear();
    DispatchTable table =
        scheduler(Algorithm.MAGLEV, address(11))
            .step(new Facts(view(all(UP)), Set.of(), Set.of(), neighbours), 0);
    assertThat(table.target(1030)).hasValueSatisfying(a -> assertThat(a.local()).isTrue());
  }

  @Test
  void aServerWithLabelsInUdpIsReachedByTheRouterThatLeadsToItsDataAddress() {
    InetAddress far = InetAddress.ofLiteral("fd00::21");
    MacAddress router = MacAddress.parse("02:00:00:00:00:77");
    SchedulerConfig config = tunnelling(far);

    Map<InetAddress, MacAddress> hops = Map.of(far, router);
    DispatchTable table =
        new Scheduler(config, BY_WEIGHT)
            .step(new Facts(view(all(UP)), Set.of(), Set.of(), neighbours, hops), 0);

    assertThat(config.tunnels()).containsExactlyInAnyOrder(address(12), address(13), far);
    assertThat(table.target(1030))
        .hasValueSatisfying(a -> {
          assertThat(a.address()).isEqualTo(far);
          assertThat(a.mac()).isEqualTo(router);
          assertThat(a.state()).isEqualTo(TargetState.UP);
          assertThat(a.tunnelled()).isTrue();
          assertThat(a.server()).isTrue();
        });
    assertThat(table.target(1024)).hasValueSatisfying(m -> assertThat(m.server()).isFalse());
  }

  /** Its neighbour on this segment, if it is one, is not asked: all members find the same. */
  @Test
  void aServerWithLabelsInUdpToWhichNoWayIsKnownGetsNothingNew() {
    Scheduler scheduler = new Scheduler(tunnelling(address(21)), BY_WEIGHT);

    assertThat(step(scheduler, 0, all(UP)).target(1030))
        .hasValueSatisfying(a -> assertThat(a.state()).isEqualTo(TargetState.DOWN));
  }

  @Test
  void aServerAtThisMembersDataAddressIsThisHost() {
    SchedulerConfig config = tunnelling(InetAddress.ofLiteral("fd00::1"));
    DispatchTable table = step(new Scheduler(config, BY_WEIGHT), 0, all(UP));

    assertThat(config.tunnels()).containsExactlyInAnyOrder(address(12), address(13));
    assertThat(table.target(1030)).hasValueSatisfying(a -> assertThat(a.local()).isTrue());
  }

  private static SchedulerConfig tunnelling(InetAddress dataAddress) {
    List<DirectServer> servers =
        List.of(new DirectServer("a", new InetSocketAddress(address(21), 53), 1, dataAddress));
    Balance balance = new Balance(Algorithm.MAGLEV, servers, true);
    return new SchedulerConfig(
        new MemberId("m1"),
        MEMBERS,
        Map.of(),
        "eth0",
        List.of(WEB, new Service("dns", new Vip(address(100)), 53, Protocol.UDP, balance)),
        7,
        1_000,
        SessionTimeouts.DEFAULT,
        Duration.ofSeconds(3),
        Encap.UDP,
        Map.of(new MemberId("m1"), InetAddress.ofLiteral("fd00::1")));
  }

  @Test
  void byResponseTimeTheSlowerGetsTheLessAsTheMiddleMemberSeesIt() {
    Scheduler scheduler = scheduler(Algorithm.RESPONSE_TIME);
    Sight[][] seen = {sees(UP, SLOW, UP), sees(UP, SLOW, SLOW), sees(UP, UP, UP)};
    step(scheduler, 0, seen);
    Map<Integer, Integer> shares =
        step(scheduler, 60 * SECOND, seen).row(direct(Algorithm.RESPONSE_TIME)).shares();
    assertThat(shares).isEqualTo(Map.of(1030, 64, 1032, 32, 1034, 64));
  }

  private static Set<Integer> shares(DispatchTable table, Algorithm algorithm) {
    return table.row(direct(algorithm)).shares().keySet();
  }

  private Set<Integer> taking(Scheduler scheduler, long nanos, Sight[]... members) {
    return shares(step(scheduler, nanos, members), Algorithm.MAGLEV);
  }

  private DispatchTable step(Scheduler scheduler, long nanos, Sight[]... members) {
    return scheduler.step(new Facts(view(members), Set.of(), Set.of(), neighbours), nanos);
  }

  /** Of server b. */
  private static TargetState state(DispatchTable table) {
    return table.target(1032).orElseThrow().state();
  }

  private static Scheduler scheduler(Algorithm algorithm) {
    return scheduler(direct(algorithm));
  }

  private static Scheduler scheduler(Algorithm algorithm, InetAddress only) {
    List<DirectServer> servers = List.of(new DirectServer("a", new InetSocketAddress(only, 53), 1));
    Balance balance = new Balance(algorithm, servers, false);
    return scheduler(new Service("dns", new Vip(address(100)), 53, Protocol.UDP, balance));
  }

  private static Scheduler scheduler(Service direct) {
    return new Scheduler(
        new SchedulerConfig(
            new MemberId("m1"),
            MEMBERS,
            Map.of(),
            "eth0",
            List.of(WEB, direct),
            7,
            1_000,
            SessionTimeouts.DEFAULT,
            Duration.ofSeconds(3)),
        BY_WEIGHT);
  }

  private static Service direct(Algorithm algorithm) {
    List<DirectServer> servers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String name = String.valueOf((char) ('a' + i));
      servers.add(new DirectServer(name, new InetSocketAddress(address(21 + i), 53), 1));
    }
    Balance balance = new Balance(algorithm, servers, false);
    return new Service("dns", new Vip(address(100)), 53, Protocol.UDP, balance);
  }

  /** All three members see the same. */
  private static Sight[][] all(Sight... sights) {
    return new Sight[][] {sights, sights, sights};
  }

  private static Sight[] sees(Sight... sights) {
    return sights;
  }

  private static MemberView view(Sight[]... members) {
    List<Member> present = new ArrayList<>();
    for (int i = 0; i < members.length; i++) {
      present.add(member("m" + (i + 1), true, members[i]));
    }
    return new MemberView(1, present, MEMBERS.size());
  }

  private static Member member(String name, boolean ready, Sight... sights) {
    Map<String, String> attributes =
        new HashMap<>(
            new NodeReport(MacAddress.parse("02:00:00:00:00:01"), ready, new BitSet())
                .toAttributes());
    attributes.putAll(new SightReport(List.of(sights)).toAttributes(SightReport.SERVERS));
    return new Member(new MemberId(name), at(name), true, attributes);
  }

  private static MemberAddress at(String name) {
    return new MemberAddress(new MemberId(name), address(10 + Integer.parseInt(name.substring(1))));
  }

  private static InetAddress address(int last) {
    return InetAddress.ofLiteral("10.77.0." + last);
  }
}
