package dev.shunt.scheduler.balance;

import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.RowBuilder.Candidate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Consistent hashing by lookup table: D. Eisenbud et al., "Maglev: A Fast and Reliable Software
 * Network Load Balancer", NSDI 2016, section 3.4, with weights.
 *
 * <p>Each target has its own order of the buckets, which depends on its name alone; the targets
 * take turns at claiming the next free bucket of their order. So all members compute the same row
 * from the same targets.
 *
 * <p>The row is made for all that are configured; a bucket whose owner takes nothing at present
 * goes to the {@link Successor} among those that do. So a target that fails, is drained or comes
 * back moves its own buckets and no other: packets of flows that no table knows, such as those
 * opened while the scheduler's process was dying, still reach their target. Only a change of the
 * configuration moves a few buckets of the rest.
 *
 * <p>A target's weight is how often it has its turn: in each round, the heaviest claims one bucket
 * and a target of half the weight claims one every other round.
 */
public final class Maglev {

  private Maglev() {}

  /** A target's order of the buckets: {@code (offset + n * skip) mod size}, and how far it is. */
  private static final class Turn {
    final int label;
    final int weight;
    final int skip;
    int bucket;
    long credit;

    Turn(Candidate target, int size) {
      long offsetHash = NameHash.of(target.name(), 0);
      long skipHash = NameHash.of(target.name(), 1);
      label = target.label();
      weight = target.weight();
      bucket = (int) Long.remainderUnsigned(offsetHash, size);
      // Not 0, so that, the size being prime, every bucket comes once.
      skip = (int) Long.remainderUnsigned(skipHash, size - 1) + 1;
    }

    void step(int size) {
      bucket += skip;
      if (bucket >= size) {
        bucket -= size;
      }
    }
  }

  /**
   * The row of a service whose new sessions go to those candidates that take them, by their
   * weights.
   *
   * @param candidates names and labels unique; in any order, with the same result
   * @param size buckets, a prime; a hundred times the targets keeps shares within 1 %
   */
  public static DispatchRow row(Collection<Candidate> candidates, int size) {
    if (!isPrime(size)) {
      throw new IllegalArgumentException("row size " + size + ": allowed is a prime");
    }
    List<Candidate> taking = candidates.stream().filter(Candidate::taking).toList();
    if (taking.isEmpty()) {
      return DispatchRow.EMPTY;
    }
    List<Turn> turns =
        candidates.stream()
            .sorted(Comparator.comparing(Candidate::name))
            .map(target -> new Turn(target, size))
            .toList();
    int[] row = filled(turns, size);
    if (taking.size() < candidates.size()) {
      hand(row, taking);
    }
    return new DispatchRow(row);
  }

  /** Gives the buckets of those that take nothing to their successors. */
  private static void hand(int[] row, List<Candidate> taking) {
    Set<Integer> labels = taking.stream().map(Candidate::label).collect(Collectors.toSet());
    Successor successor = new Successor(taking);
    for (int bucket = 0; bucket < row.length; bucket++) {
      if (!labels.contains(row[bucket])) {
        row[bucket] = successor.of(bucket);
      }
    }
  }

  private static int[] filled(List<Turn> turns, int size) {
    int heaviest = turns.stream().mapToInt(turn -> turn.weight).max().orElseThrow();
    int[] row = new int[size];
    Arrays.fill(row, -1);
    for (int taken = 0; taken < size; ) {
      for (Turn turn : turns) {
        turn.credit += turn.weight;
        if (turn.credit < heaviest) {
          continue;
        }
        turn.credit -= heaviest;
        while (row[turn.bucket] >= 0) {
          turn.step(size);
        }
        row[turn.bucket] = turn.label;
        if (++taken == size) {
          break;
        }
      }
    }
    return row;
  }

  /** Whether a row may have this size. */
  public static boolean isPrime(int size) {
    if (size < 2) {
      return false;
    }
    for (long divisor = 2; divisor * divisor <= size; divisor++) {
      if (size % divisor == 0) {
        return false;
      }
    }
    return true;
  }
}
