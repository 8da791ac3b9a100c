package dev.shunt.scheduler.balance;

import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.RowBuilder.Candidate;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Weighted round robin: the order in which targets have their turns, once through.
 *
 * <p>Smooth, as nginx made it known: at each turn every target gains its weight, the richest one
 * has the turn and pays what all gained together. So a heavy target's turns are spread over the row
 * instead of coming in one burst.
 */
public final class Turns {

  private Turns() {}

  private static final class Turn {
    final int label;
    final int share;
    long wealth;

    Turn(int label, int share) {
      this.label = label;
      this.share = share;
    }
  }

  /**
   * @param candidates in any order, with the same result; those that take nothing have no turn
   * @param size the most places the row may have; where the weights would take more, they are
   *     scaled down, each target keeping one turn at least
   * @throws IllegalArgumentException if there are more targets than that
   */
  public static DispatchRow row(Collection<Candidate> candidates, int size) {
    List<Candidate> ordered =
        candidates.stream()
            .filter(Candidate::taking)
            .sorted(Comparator.comparingInt(Candidate::label))
            .toList();
    if (ordered.size() > size) {
      throw new IllegalArgumentException(
          "%d targets in a row of %d places".formatted(ordered.size(), size));
    }
    int divisor = ordered.stream().mapToInt(Candidate::weight).reduce(0, Turns::commonDivisor);
    long sum = ordered.stream().mapToLong(target -> target.weight() / divisor).sum();
    List<Turn> turns =
        ordered.stream()
            .map(target ->
                new Turn(
                    target.label(),
                    sum <= size
                        ? target.weight() / divisor
                        : scaled(target.weight() / divisor, sum, size - ordered.size())))
            .toList();
    return new DispatchRow(Pick.ROUND_ROBIN, taken(turns));
  }

  /** One turn for being there, the rest by weight: together never more than there is room. */
  private static int scaled(int weight, long sum, int room) {
    return 1 + (int) (weight * (long) room / sum);
  }

  private static int[] taken(List<Turn> turns) {
    int length = turns.stream().mapToInt(turn -> turn.share).sum();
    int[] row = new int[length];
    for (int i = 0; i < length; i++) {
      Turn richest = turns.getFirst();
      for (Turn turn : turns) {
        turn.wealth += turn.share;
        if (turn.wealth > richest.wealth) {
          richest = turn;
        }
      }
      richest.wealth -= length;
      row[i] = richest.label;
    }
    return row;
  }

  private static int commonDivisor(int a, int b) {
    return b == 0 ? a : commonDivisor(b, a % b);
  }
}
