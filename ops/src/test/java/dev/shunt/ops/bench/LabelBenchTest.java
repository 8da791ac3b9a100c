package dev.shunt.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.ops.bench.LabelCases.Case;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is made of the samples. */
class LabelBenchTest {

  @Test
  void theRatioIsTheMedianOfTheRoundsAndNotOfAllTheirSamples() {
    Series series = new Series();
    // The third round ran on a slower machine: both sides of it.
    series.add(30, 20);
    series.add(32, 20);
    series.add(80, 50);
    BenchRow row = series.row("x", "X", "mac-swap", 1.6);

    assertThat(row.value()).isEqualTo(32);
    assertThat(row.low()).isEqualTo(31);
    assertThat(row.high()).isEqualTo(56);
    assertThat(row.referenceValue()).isEqualTo(20);
    assertThat(row.ratio()).isEqualTo(1.6);
    assertThat(row.ok()).isTrue();
    assertThat(row.rounds()).isEqualTo(3);
    assertThat(series.row("x", "X", "mac-swap", 1.59).ok()).isFalse();
    assertThat(series.row("x", "X", "mac-swap", null).ok()).isNull();
  }

  @Test
  void growthIsTheExponentOfTheSize() {
    List<BenchRow> rows = new ArrayList<>();
    for (Case one : LabelCases.PHASES.stream().flatMap(phase -> phase.cases().stream()).toList()) {
      double ratio =
          switch (one.name()) {
            case "session-hit-100k" -> 20;
            case "session-hit-1M" -> 200;
            default -> 2;
          };
      rows.add(new BenchRow(one.name(), "", "ns", 0, 0, 0, "mac-swap", 1, ratio, 5, null, null));
    }

    assertThat(LabelBench.growth(rows))
        .hasSameSizeAs(LabelCases.GROWTH)
        .anyMatch(g -> g.what().equals("session hit by sessions") && g.exponent() == 1)
        .anyMatch(g -> g.what().equals("new session by sessions") && g.exponent() == 0);
  }

  @Test
  void whatOthersUseIsAllThatIsUsedWithoutTheOwn() {
    String own = "7 (a (b) c) S 1 1 1 0 -1 4194560 1 0 0 0 %d %d 0 0 20 0 1 0 1 1 1";
    Machine.Time before =
        Machine.time("cpu  100 10 50 800 40 0 0 0 7 7\ncpu0 1\n", own.formatted(20, 10));
    Machine.Time after =
        Machine.time("cpu  160 10 90 880 50 0 0 10 9 9\ncpu0 1\n", own.formatted(60, 30));

    // 200 ticks, of which 90 idle and waiting, 60 our own.
    assertThat(after.othersSince(before)).isEqualTo(0.25);
    assertThat(before.othersSince(before)).isZero();
  }

  @Test
  void noTwoRowsHaveTheSameName() {
    assertThat(LabelCases.PHASES.stream().flatMap(phase -> phase.cases().stream()).map(Case::name))
        .doesNotHaveDuplicates()
        .contains("labelled", "session-hit", "new-session");
  }
}
