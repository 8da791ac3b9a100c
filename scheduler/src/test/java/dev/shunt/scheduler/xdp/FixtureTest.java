package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.layout.Outcome;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packet in, verdict and packet out, and the counters, through the program in the kernel. */
final class FixtureTest {

  /**
   * Drivers alone can bring about the first: a test run always leaves room before the packet. The
   * other needs a connection of this machine's: see OwnSocketTest.
   */
  private static final Set<Outcome> OUT_OF_REACH =
      EnumSet.of(Outcome.DROP_HEADROOM, Outcome.PASS_OWN_CONNECTION);

  static List<Fixture> fixtures() {
    return Stream.of(
            ofLinks(),
            ofSessionLabels(),
            ofSessions(),
            ofAdmission(),
            ofCookies(),
            ofPaths(),
            ofIpv6(),
            ofTunnels(),
            ofEveryone())
        .flatMap(groups -> groups)
        .flatMap(List::stream)
        .toList();
  }

  private static Stream<List<Fixture>> ofTunnels() {
    return Stream.of(
        TunnelFixtures.sent(),
        CookieFixtures.sentForTunnels(),
        TunnelArrivalFixtures.taken(),
        TunnelArrivalFixtures.refused(),
        TunnelPathFixtures.heard(),
        TunnelPathFixtures.shared(),
        TunnelPathFixtures.notHeard());
  }

  private static Stream<List<Fixture>> ofLinks() {
    return Stream.of(
        LinkFixtures.others(),
        LinkFixtures.labels(),
        LinkFixtures.droppedLabels(),
        LinkFixtures.arpsForTheVip(),
        LinkFixtures.otherArps(),
        DiscoveryFixtures.solicitations(),
        DiscoveryFixtures.invalid(),
        DiscoveryFixtures.advertisements(),
        VlanFixtures.tagged(),
        VlanFixtures.odd());
  }

  private static Stream<List<Fixture>> ofSessionLabels() {
    return Stream.of(
        PairFixtures.taken(),
        PairFixtures.notTaken(),
        PairFixtures.carried(),
        PairFixtures.asked(),
        SessionLabelFixtures.switched(),
        SessionLabelFixtures.dropped(),
        SessionLabelFixtures.learned(),
        SessionLabelFixtures.notLearned());
  }

  private static Stream<List<Fixture>> ofSessions() {
    return Stream.of(
        BalanceFixtures.notOurs(),
        BalanceFixtures.damaged(),
        BalanceFixtures.opened(),
        BalanceFixtures.stateless(),
        BalanceFixtures.oddRows(),
        EmbryoFixtures.ledByTheirEmbryo(),
        EmbryoFixtures.ledElsewhere(),
        EmbryoFixtures.thatMeetAFullTable(),
        EmbryoFixtures.ofTheSameTick(),
        AlgorithmFixtures.sums(),
        AlgorithmFixtures.sumsWithADrainedTarget(),
        AlgorithmFixtures.turns(),
        AlgorithmFixtures.leastConnections(),
        AlgorithmFixtures.loadCounts(),
        AlgorithmFixtures.sources(),
        DirectFixtures.plain(),
        SessionFixtures.kept(),
        SessionFixtures.keptByTargetsThatTakeNothingNew(),
        SessionFixtures.moved(),
        SessionFixtures.stayedMidFlow());
  }

  private static Stream<List<Fixture>> ofAdmission() {
    return Stream.of(
        AdmissionFixtures.bySessions(),
        AdmissionFixtures.byTargets(),
        AdmissionFixtures.byRate(),
        AdmissionFixtures.byLoad(),
        AdmissionFixtures.admitted(),
        AdmissionFixtures.neverAsked(),
        AdmissionFixtures.neverAskedOfEmbryos(),
        AdmissionFixtures.neverAskedOfLabels(),
        RefusalFixtures.resets(),
        RefusalFixtures.unreachables(),
        RefusalFixtures.unreachablesOfSmallLinks(),
        RefusalFixtures.silences());
  }

  private static Stream<List<Fixture>> ofCookies() {
    return Stream.of(
        CookieFixtures.sent(),
        CookieFixtures.notSent(),
        CookieFixtures.accepted(),
        CookieFixtures.invalid());
  }

  private static Stream<List<Fixture>> ofEveryone() {
    return Stream.of(
        EveryoneFixtures.shared(),
        EveryoneFixtures.sharedByAddresses(),
        EveryoneFixtures.notShared(),
        EveryoneFixtures.whileAMemberIsDrained(),
        EveryoneFixtures.inFragments(),
        EveryoneFixtures.errors(),
        EveryoneFixtures.ofIpv6(),
        EveryoneFixtures.resolved());
  }

  private static Stream<List<Fixture>> ofPaths() {
    return Stream.of(
        ErrorFixtures.ledByTheirFlow(),
        ErrorFixtures.leftToTheStack(),
        ErrorFixtures.damaged(),
        ErrorFixtures.ofIpv6(),
        ErrorFixtures.damagedOfIpv6(),
        TooBigFixtures.answered(),
        TooBigFixtures.notAnswered(),
        FragmentFixtures.thatFollow(),
        FragmentFixtures.thatPass(),
        FragmentFixtures.dropped(),
        FragmentFixtures.ofIpv6(),
        FragmentFixtures.droppedOfIpv6());
  }

  private static Stream<List<Fixture>> ofIpv6() {
    return Stream.of(
        Fixtures6.notOurs(),
        Fixtures6.damaged(),
        Fixtures6.opened(),
        Fixtures6.sessions(),
        Fixtures6.withoutSession(),
        Fixtures6.labels());
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void aPacketEndsWhereItMust(Fixture fixture) throws DataPlaneException {
    Kernel.requireBpf();
    try (World world = new World()) {
      fixture.before.on(world);
      Map<String, Long> before = world.counters.outcomes();

      PacketRun.Result result = world.run(fixture.packet);

      assertThat(raised(before, world.counters.outcomes()))
          .as("counters that this packet raised")
          .isEqualTo(fixture.raised);
      assertThat(result.verdict()).isEqualTo(fixture.outcome.verdict());
      assertThat(result.frame()).isEqualTo(fixture.expectedFrame());
      fixture.after.on(world);
    }
  }

  private static Map<String, Long> raised(Map<String, Long> before, Map<String, Long> after) {
    return after.entrySet().stream()
        .filter(entry -> !entry.getValue().equals(before.get(entry.getKey())))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> entry.getValue() - before.getOrDefault(entry.getKey(), 0L)));
  }

  @Test
  void everyOutcomeIsReachedBySomeFixture() {
    Set<Outcome> reached =
        fixtures().stream().map(fixture -> fixture.outcome).collect(Collectors.toSet());

    assertThat(EnumSet.complementOf(EnumSet.copyOf(reached))).isEqualTo(OUT_OF_REACH);
  }

  @Test
  void noTwoFixturesHaveTheSameName() {
    assertThat(fixtures().stream().map(fixture -> fixture.name)).doesNotHaveDuplicates();
  }
}
