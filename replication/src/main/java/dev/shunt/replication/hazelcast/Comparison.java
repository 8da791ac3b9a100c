package dev.shunt.replication.hazelcast;

/**
 * Finds the parts in which this member's copy and the shared table differ though nothing is on its
 * way.
 *
 * <p>While sessions come and go some part always differs for the few milliseconds that a change
 * takes. So it is compared several times, and what agreed once is as it should be.
 */
final class Comparison {

  static final int ROUNDS = 5;

  /** One side of it. */
  @FunctionalInterface
  interface Side {

    /** The sums of digests by part; only those of {@code parts} are looked at. */
    long[] digests(Parts parts);
  }

  /** Lets some time pass. */
  @FunctionalInterface
  interface Pause {
    void elapse() throws InterruptedException;
  }

  private final Side table;
  private final Side copy;
  private final Pause pause;

  /**
   * @param pause between rounds: longer than a change takes from table to copy
   */
  Comparison(Side table, Side copy, Pause pause) {
    this.table = table;
    this.copy = copy;
    this.pause = pause;
  }

  /** Those of {@code parts} that differ in every round. */
  Parts differing(Parts parts) throws InterruptedException {
    Parts left = parts;
    for (int round = 0; round < ROUNDS && !left.isEmpty(); round++) {
      if (round > 0) {
        pause.elapse();
      }
      left = left.differing(table.digests(left), copy.digests(left));
    }
    return left;
  }
}
