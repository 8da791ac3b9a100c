package dev.shunt.scheduler.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.RowBuilder.Candidate;
import dev.shunt.scheduler.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
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
    List<Candidate> targets = targets(count, 1);
    List<Candidate> shuffled = new ArrayList<>(targets);
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
    List<Candidate> targets = new ArrayList<>();
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
  void aTargetThatLeavesTheConfigurationMovesItsOwnShareAndFewOthers(
      @ForAll @IntRange(min = 3, max = 100) int count, @ForAll @IntRange(max = 99) int victim) {
    List<Candidate> before = targets(count, 1);
    Candidate gone = before.get(victim % count);
    List<Candidate> after = before.stream().filter(t -> !t.equals(gone)).toList();

    assertThat(moved(before, after, List.of(gone))).isLessThan(SIZE * 5 / 100);
  }

  @Property(tries = 40)
  void aTargetThatTakesNothingMovesItsOwnBucketsAndNoOther(
      @ForAll @IntRange(min = 3, max = 100) int count,
      @ForAll @IntRange(max = 99) int first,
      @ForAll @IntRange(min = 1, max = 99) int distance) {
    List<Candidate> all = targets(count, 3);
    Candidate one = all.get(first % count);
    Candidate other = all.get((first + 1 + distance % (count - 1)) % count);
    List<Candidate> without = without(all, one);

    assertThat(moved(all, without, List.of(one))).isZero();
    assertThat(moved(without, without(without, other), List.of(other))).isZero();
  }

  @Property(tries = 20)
  void theBucketsOfOneThatTakesNothingAreSharedByWeight(
      @ForAll @IntRange(min = 3, max = 12) int count) {
    List<Candidate> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(target(i, i == 0 ? 8 * count : 1 + i % 3));
    }
    int[] before = Maglev.row(all, SIZE).toArray();
    int[] after = Maglev.row(without(all, all.getFirst()), SIZE).toArray();
    Map<Integer, Integer> gained = new TreeMap<>();
    for (int i = 0; i < SIZE; i++) {
      if (before[i] == all.getFirst().label()) {
        gained.merge(after[i], 1, Integer::sum);
      }
    }
    int handed = gained.values().stream().mapToInt(Integer::intValue).sum();
    int weights = all.stream().skip(1).mapToInt(Candidate::weight).sum();

    assertThat(handed).isGreaterThan(SIZE / 2);
    assertThat(all.subList(1, count))
        .allSatisfy(one -> {
          double fair = (double) handed * one.weight() / weights;
          // Random draws: five standard deviations.
          assertThat((double) gained.getOrDefault(one.label(), 0))
              .isCloseTo(fair, within(5 * Math.sqrt(fair)));
        });
  }

  @Test
  void whereNobodyTakesTheRowIsEmpty() {
    List<Candidate> all = targets(1, 1);

    assertThat(Maglev.row(without(all, all.getFirst()), SIZE)).isEqualTo(DispatchRow.EMPTY);
  }

  /** A target keeps its buckets when its label changes place among the others. */
  @Test
  void whatDecidesIsTheNameAndNotTheLabel() {
    Candidate a = target(0, 1);
    Candidate b = target(1, 1);
    Candidate renumbered = copy(b, 9);

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

  private static List<Candidate> targets(int count, int weight) {
    List<Candidate> targets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      targets.add(target(i, weight));
    }
    return targets;
  }

  private static Candidate target(int ordinal, int weight) {
    return new Candidate(Target.labelOf(ordinal), "member-" + ordinal, weight, true);
  }

  private static Candidate copy(Candidate of, int ordinal) {
    return new Candidate(Target.labelOf(ordinal), of.name(), of.weight(), of.taking());
  }

  private static List<Candidate> without(List<Candidate> all, Candidate gone) {
    return all.stream()
        .map(t -> t.equals(gone) ? new Candidate(t.label(), t.name(), t.weight(), false) : t)
        .toList();
  }

  /** How many buckets of others than those that are gone have another owner. */
  private static int moved(List<Candidate> before, List<Candidate> after, List<Candidate> gone) {
    int[] rowBefore = Maglev.row(before, SIZE).toArray();
    int[] rowAfter = Maglev.row(after, SIZE).toArray();
    int moved = 0;
    for (int i = 0; i < SIZE; i++) {
      int owner = rowBefore[i];
      if (gone.stream().noneMatch(t -> t.label() == owner) && owner != rowAfter[i]) {
        moved++;
      }
    }
    return moved;
  }
}
