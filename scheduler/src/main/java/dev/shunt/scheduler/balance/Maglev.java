package dev.shunt.scheduler.balance;

import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.Target;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Consistent hashing by lookup table: D. Eisenbud et al., "Maglev: A Fast and Reliable Software
 * Network Load Balancer", NSDI 2016, section 3.4, with weights.
 *
 * <p>Each target has its own order of the buckets, which depends on its name alone; the targets
 * take turns at claiming the next free bucket of their order. So all members compute the same row
 * from the same targets, and a target that comes or goes moves hardly more than its own share.
 *
 * <p>A target's weight is how often it has its turn: in each round, the heaviest claims one bucket
 * and a target of half the weight claims one every other round.
 */
public final class Maglev {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Maglev() {}

  /** A target's order of the buckets: {@code (offset + n * skip) mod size}, and how far it is. */
  private static final class Turn {
    final int label;
    final int weight;
    final int skip;
    int bucket;
    long credit;

    Turn(Target target, int size) {
      long offsetHash = hash(target.name(), 0);
      long skipHash = hash(target.name(), 1);
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
   * The row of a service whose new sessions go to these targets, which take them by their weights.
   *
   * @param targets names and labels unique; in any order, with the same result
   * @param size buckets, a prime; a hundred times the targets keeps shares within 1 %
   */
  public static DispatchRow row(Collection<Target> targets, int size) {
    if (!isPrime(size)) {
      throw new IllegalArgumentException("row size " + size + ": allowed is a prime");
    }
    if (targets.isEmpty()) {
      return DispatchRow.EMPTY;
    }
    List<Turn> turns =
        targets.stream()
            .sorted(Comparator.comparing(Target::name))
            .map(target -> new Turn(target, size))
            .toList();
    return new DispatchRow(filled(turns, size));
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

  /** FNV-1a over salt and name, then the finalizer of MurmurHash3 to spread short names. */
  private static long hash(String name, int salt) {
    long hash = (FNV_OFFSET ^ salt) * FNV_PRIME;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
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
