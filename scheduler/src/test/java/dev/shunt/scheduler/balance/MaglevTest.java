package dev.shunt.scheduler.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class MaglevTest {

  private static final int SIZE = 16_381;

  @Test
  void noTargetsMakeAnEmptyRow() {
    assertThat(Maglev.row(List.of(), SIZE)).isEqualTo(DispatchRow.EMPTY);
  }

  @Test
  void oneTargetGetsEverything() {
    assertThat(Maglev.row(List.of(target(0, 7)), SIZE).shares())
        .containsExactly(java.util.Map.entry(Target.labelOf(0), SIZE));
  }

  @Test
  void aSizeThatIsNotPrimeIsRefused() {
    assertThatThrownBy(() -> Maglev.row(List.of(target(0, 1)), 16_384))
        .hasMessage("row size 16384: allowed is a prime");
  }

  /** Every member reads the same facts in whatever order and must come to the same row. */
  @Property(tries = 50)
  void theOrderOfTargetsMakesNoDifference(
      @ForAll @IntRange(min = 1, max = 40) int count, @ForAll long seed) {
    List<Target> targets = targets(count, 1);
    List<Target> shuffled = new ArrayList<>(targets);
    Collections.shuffle(shuffled, new Random(seed));

    assertThat(Maglev.row(shuffled, SIZE)).isEqualTo(Maglev.row(targets, SIZE));
  }

  @Property(tries = 50)
  void equalWeightsGetEqualSharesWithinOnePercent(@ForAll @IntRange(min = 1, max = 100) int count) {
    double fair = (double) SIZE / count;

    assertThat(Maglev.row(targets(count, 1), SIZE).shares().values())
        .hasSize(count)
        .allSatisfy(share -> assertThat((double) share).isCloseTo(fair, within(fair / 100 + 1)));
  }

  @Property(tries = 50)
  void sharesFollowTheWeightsWithinTwoPercent(@ForAll @IntRange(min = 2, max = 20) int count) {
    List<Target> targets = new ArrayList<>();
    int sum = 0;
    for (int i = 0; i < count; i++) {
      int weight = 1 + i * 5 % 16;
      sum += weight;
      targets.add(target(i, weight));
    }
    DispatchRow row = Maglev.row(targets, SIZE);
    int total = sum;

    assertThat(targets)
        .allSatisfy(target -> {
          double fair = (double) SIZE * target.weight() / total;
          assertThat((double) row.shares().getOrDefault(target.label(), 0))
              .isCloseTo(fair, within(fair / 50 + 2));
        });
  }

  /** NSDI '16 section 5.3: with a row of a hundred times the targets, few of the rest move. */
  @Property(tries = 40)
  void aTargetThatGoesMovesItsOwnShareAndFewOthers(
      @ForAll @IntRange(min = 3, max = 100) int count, @ForAll @IntRange(max = 99) int victim) {
    List<Target> before = targets(count, 1);
    Target gone = before.get(victim % count);
    List<Target> after = before.stream().filter(t -> !t.equals(gone)).toList();
    int[] rowBefore = Maglev.row(before, SIZE).toArray();
    int[] rowAfter = Maglev.row(after, SIZE).toArray();

    int others = 0;
    for (int i = 0; i < SIZE; i++) {
      if (rowBefore[i] != gone.label() && rowBefore[i] != rowAfter[i]) {
        others++;
      }
    }
    assertThat(others).isLessThan(SIZE * 5 / 100);
  }

  /** A target keeps its buckets when its label changes place among the others. */
  @Test
  void whatDecidesIsTheNameAndNotTheLabel() {
    Target a = target(0, 1);
    Target b = target(1, 1);
    Target renumbered = copy(b, 9);

    int[] before = Maglev.row(List.of(a, b), SIZE).toArray();
    int[] after = Maglev.row(List.of(a, renumbered), SIZE).toArray();

    for (int i = 0; i < SIZE; i++) {
      int expected = before[i] == b.label() ? renumbered.label() : before[i];
      assertThat(after[i]).isEqualTo(expected);
    }
  }

  /**
   * The row is the agreement between members of different builds: it must not change by accident.
   */
  @Test
  void theRowOfThreeKnownTargetsIsThisOne() {
    DispatchRow row = Maglev.row(targets(3, 1), 13);

    assertThat(row.toArray())
        .containsExactly(
            1026, 1024, 1026, 1028, 1024, 1028, 1026, 1024, 1028, 1024, 1024, 1026, 1028);
  }

  private static List<Target> targets(int count, int weight) {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      targets.add(target(i, weight));
    }
    return targets;
  }

  private static Target target(int ordinal, int weight) {
    return new Target(
        Target.labelOf(ordinal),
        "member-" + ordinal,
        InetAddress.getLoopbackAddress(),
        new MacAddress(ordinal + 1L),
        TargetState.UP,
        weight,
        false);
  }

  private static Target copy(Target of, int ordinal) {
    return new Target(
        Target.labelOf(ordinal),
        of.name(),
        of.address(),
        of.mac(),
        of.state(),
        of.weight(),
        of.local());
  }
}
