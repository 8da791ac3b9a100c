package dev.shunt.scheduler.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.RowBuilder.Candidate;
import dev.shunt.scheduler.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TurnsTest {

  private static final int A = Target.labelOf(0);
  private static final int B = Target.labelOf(1);
  private static final int C = Target.labelOf(2);

  @Test
  void equalTargetsTakeTurnsInTheirOrder() {
    assertThat(row(1, 1, 1).toArray()).containsExactly(A, B, C);
  }

  @Test
  void aHeavyTargetsTurnsAreSpreadOverTheRow() {
    assertThat(row(5, 1, 1).toArray()).containsExactly(A, A, B, A, C, A, A);
  }

  @Test
  void whatAllWeightsHaveInCommonMakesNoRowLonger() {
    assertThat(row(100, 50, 50).shares()).isEqualTo(Map.of(A, 2, B, 1, C, 1));
  }

  @Test
  void theOrderInWhichTargetsAreGivenDoesNotMatter() {
    List<Candidate> targets = new ArrayList<>(Targets.weighing(3, 2, 7));
    DispatchRow row = Turns.row(targets, 101);
    Collections.reverse(targets);
    assertThat(Turns.row(targets, 101)).isEqualTo(row);
  }

  @Test
  void weightsThatAreTooLongForTheRowAreScaledAndNobodyStarves() {
    DispatchRow row = Turns.row(Targets.weighing(256, 255, 1), 101);

    assertThat(row.size()).isLessThanOrEqualTo(101);
    assertThat(row.shares().get(C)).isPositive();
    assertThat(row.shares().get(A)).isBetween(45, 53);
    assertThat(row.shares().get(B)).isBetween(45, 53);
  }

  @Test
  void whoTakesNothingHasNoTurn() {
    assertThat(row(2, 0, 1).shares()).isEqualTo(Map.of(A, 2, C, 1));
  }

  @Test
  void noTargetsMakeAnEmptyRow() {
    assertThat(Turns.row(List.of(), 101).isEmpty()).isTrue();
  }

  @Test
  void moreTargetsThanPlacesAreRefused() {
    assertThatThrownBy(() -> Turns.row(Targets.weighing(1, 1, 1), 2))
        .hasMessage("3 targets in a row of 2 places");
  }

  private static DispatchRow row(int... weights) {
    return Turns.row(Targets.weighing(weights), 101);
  }
}
