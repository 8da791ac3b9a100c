package dev.shunt.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long ALLOWANCE = 10 * SECOND;

  /** When it was too slow, in seconds; -1 if never within a minute. */
  private static int cut(Pace pace, java.util.function.IntUnaryOperator bytesOfSecond) {
    pace.tooSlow(0, true, ALLOWANCE);
    for (int second = 1; second <= 60; second++) {
      pace.moved(bytesOfSecond.applyAsInt(second));
      if (pace.tooSlow(second * SECOND, true, ALLOWANCE)) {
        return second;
      }
    }
    return -1;
  }

  @Test
  void whoBringsNothingIsCutAfterTheAllowance() {
    assertThat(cut(new Pace(100), _ -> 0)).isEqualTo(10);
    assertThat(cut(new Pace(0), _ -> 0)).isEqualTo(10);
  }

  @Test
  void whoKeepsTheRateIsNeverCut() {
    assertThat(cut(new Pace(100), _ -> 100)).isEqualTo(-1);
    assertThat(cut(new Pace(100), second -> second % 9 == 0 ? 900 : 0)).isEqualTo(-1);
  }

  @Test
  void whoIsSlowerIsCutInProportion() {
    assertThat(cut(new Pace(100), _ -> 50)).isEqualTo(19);
    assertThat(cut(new Pace(0), _ -> 1)).as("anything will do").isEqualTo(-1);
  }

  @Test
  void aBurstBuysNoMoreThanTheAllowance() {
    assertThat(cut(new Pace(100), second -> second == 1 ? 1_000_000_000 : 1)).isEqualTo(11);
  }

  @Test
  void timeInWhichNobodyWaitsDoesNotCount() {
    Pace pace = new Pace(100);
    pace.tooSlow(0, true, ALLOWANCE);
    assertThat(pace.tooSlow(9 * SECOND, true, ALLOWANCE)).isFalse();
    assertThat(pace.tooSlow(900 * SECOND, false, ALLOWANCE)).isFalse();
    assertThat(pace.tooSlow(901 * SECOND, true, ALLOWANCE)).isTrue();
  }
}
