package dev.shunt.scheduler.balance;

import dev.shunt.scheduler.RowBuilder.Candidate;
import java.util.List;

/**
 * Who gets a bucket whose owner takes nothing: weighted rendezvous hashing (D. Thaler and C.
 * Ravishankar, "Using name-based mappings to increase hit rates", 1998; weights by J. Schindelhauer
 * and G. Schomaker, "Weighted distributed hash tables", 2005).
 *
 * <p>Each bucket has an order of its own over all targets; the first of it that takes new sessions
 * is the successor. So another target that fails moves nothing but what it had.
 */
final class Successor {

  private static final int SALT = 2;
  private static final double UNIT = 0x1.0p-53;

  private final List<Candidate> taking;
  private final long[] hashes;

  /**
   * @param taking not empty
   */
  Successor(List<Candidate> taking) {
    this.taking = taking;
    this.hashes = taking.stream().mapToLong(one -> NameHash.of(one.name(), SALT)).toArray();
  }

  /** The label of the bucket's successor. */
  int of(int bucket) {
    int best = 0;
    double bestScore = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < hashes.length; i++) {
      double score = score(NameHash.mix(hashes[i] + bucket), taking.get(i).weight());
      if (score > bestScore) {
        best = i;
        bestScore = score;
      }
    }
    return taking.get(best).label();
  }

  /** The highest wins. StrictMath: the same to the last bit on every member. */
  private static double score(long hash, int weight) {
    double uniform = ((hash >>> 11) + 0.5) * UNIT;
    return StrictMath.log(uniform) / weight;
  }
}
