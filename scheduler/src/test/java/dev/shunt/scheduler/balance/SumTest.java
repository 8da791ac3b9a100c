package dev.shunt.scheduler.balance;

import static dev.shunt.scheduler.TargetState.DRAINED;
import static dev.shunt.scheduler.TargetState.GONE;
import static dev.shunt.scheduler.TargetState.UP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.Algorithm;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.RowBuilder.Candidate;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The formulas, and the rows that make them hold when targets come and go. */
final class SumTest {

  private static final int SIZE = 16_381;
  private static final int A = Target.labelOf(0);
  private static final int B = Target.labelOf(1);
  private static final int C = Target.labelOf(2);
  private static final int[] LABELS = {A, B, C};

  @Test
  void theSumOfThreeIsThatOfClaimH1() throws UnknownHostException {
    Flow flow = flow(Protocol.TCP, "1.2.3.4", 5000, "10.20.30.40", 80);
    assertThat(Sum.of(Pick.SUM3, flow)).isEqualTo(16_909_060L + 169_090_600L + 80L);
  }

  @Test
  void theSumOfFiveIsThatOfClaimsH17AndH27() throws UnknownHostException {
    Flow tcp = flow(Protocol.TCP, "1.2.3.4", 5000, "10.20.30.40", 80);
    Flow udp = flow(Protocol.UDP, "1.2.3.4", 5000, "10.20.30.40", 80);
    assertThat(Sum.of(Pick.SUM5, tcp)).isEqualTo(16_909_060L + 5000L + 169_090_600L + 80L + 6L);
    assertThat(Sum.of(Pick.SUM5, udp)).isEqualTo(Sum.of(Pick.SUM5, tcp) + 11);
  }

  @Test
  void nothingWrapsAt32Bits() throws UnknownHostException {
    Flow flow = flow(Protocol.TCP, "255.255.255.255", 1, "255.255.255.255", 65_535);
    assertThat(Sum.of(Pick.SUM3, flow)).isEqualTo(2 * 4_294_967_295L + 65_535L);
  }

  @Test
  void anIpv6AddressCountsAsTheSumOfItsWords() throws UnknownHostException {
    Flow flow = flow(Protocol.TCP, "1:2:3:4:5:6:7:8", 1, "::9", 80);
    assertThat(Sum.of(Pick.SUM3, flow))
        .isEqualTo(0x0001_0002L + 0x0003_0004L + 0x0005_0006L + 0x0007_0008L + 9L + 80L);
  }

  /** ffff:ffff + 2 leaves 1 in 32 bits; the sum of the two addresses does not wrap. */
  @Test
  void anIpv6AddressIsFoldedTo32Bits() throws UnknownHostException {
    Flow flow = flow(Protocol.TCP, "ffff:ffff::2", 1, "::ffff:ffff", 80);
    assertThat(Sum.of(Pick.SUM3, flow)).isEqualTo(1L + 0xffff_ffffL + 80L);
  }

  @Test
  void whereAllTakeNewFlowsTheRowIsTheTargetsInTheirOrder() {
    DispatchRow row = row(UP, UP, UP);
    assertThat(row.toArray()).containsExactly(A, B, C, A, B, C);
    assertThat(row.size()).isEqualTo(3);
  }

  @Test
  void aDrainedTargetKeepsItsPlaceAndNewFlowsGoToAllTheOthers() {
    DispatchRow row = row(UP, DRAINED, UP);

    for (int sum = 0; sum < 1000; sum++) {
      int formula = LABELS[sum % 3];
      int place = sum % row.size();
      assertThat(row.label(place)).as("sum %d", sum).isEqualTo(formula);
      if (formula == B) {
        assertThat(row.opening(place)).as("sum %d", sum).isIn(A, C);
      } else {
        assertThat(row.opening(place)).as("sum %d", sum).isEqualTo(formula);
      }
    }
    assertThat(row.shares().get(A)).isBetween(80, 112);
    assertThat(row.shares().keySet()).containsExactly(A, C);
  }

  @Test
  void aTargetThatIsGoneLosesItsOwnFlowsAndNobodyElseAny() {
    DispatchRow row = row(UP, GONE, UP);

    for (int sum = 0; sum < 1000; sum++) {
      int formula = LABELS[sum % 3];
      int label = row.label(sum % row.size());
      if (formula == B) {
        assertThat(label).as("sum %d", sum).isIn(A, C);
      } else {
        assertThat(label).as("sum %d", sum).isEqualTo(formula);
      }
    }
  }

  @Test
  void aRowThatHasNoRoomForRepetitionsDoesWithoutThem() {
    DispatchRow row = Sum.row(Pick.SUM3, candidates(UP, GONE, UP), 7);
    assertThat(row.size()).isEqualTo(3);
    assertThat(row.label(1)).isIn(A, C);
  }

  @Test
  void nobodyLeftMakesAnEmptyRow() {
    assertThat(row(GONE, GONE, GONE)).isEqualTo(DispatchRow.EMPTY);
  }

  @Test
  void aRowOnItsWayThroughTheKernelStaysTheSame() {
    DispatchRow row = row(DRAINED, UP, GONE);
    assertThat(DispatchRow.of(row.pick(), row.toArray(), row.size())).isEqualTo(row);
  }

  @Test
  void moreTargetsThanTwoRowsHoldAreRefused() {
    assertThatThrownBy(() -> Sum.row(Pick.SUM3, candidates(UP, UP, UP), 5))
        .hasMessage("3 targets of a sum in a row of 5 places");
  }

  private static DispatchRow row(TargetState... states) {
    return Rows.build(Algorithm.SUM5, candidates(states), SIZE);
  }

  private static List<Candidate> candidates(TargetState... states) {
    return IntStream.range(0, states.length)
        .mapToObj(i -> new Candidate(LABELS[i], "t" + i, 1, states[i] == UP, states[i] != GONE))
        .toList();
  }

  private static Flow flow(Protocol protocol, String from, int port, String to, int toPort)
      throws UnknownHostException {
    return Flow.of(
        protocol,
        new InetSocketAddress(InetAddress.getByName(from), port),
        new InetSocketAddress(InetAddress.getByName(to), toPort));
  }
}
