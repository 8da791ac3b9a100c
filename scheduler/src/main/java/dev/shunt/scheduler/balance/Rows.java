package dev.shunt.scheduler.balance;

import dev.shunt.scheduler.Algorithm;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.RowBuilder.Candidate;
import java.util.List;

/** The row of every algorithm. */
public final class Rows {

  private Rows() {}

  /** See {@link dev.shunt.scheduler.RowBuilder}. */
  public static DispatchRow build(Algorithm algorithm, List<Candidate> candidates, int size) {
    return switch (algorithm) {
      // Two choices out of a weighted row offer a heavy target more often, too.
      case MAGLEV, SOURCE_HASH, LEAST_CONNECTIONS ->
          new DispatchRow(algorithm.pick(), Maglev.row(candidates, size).toArray());
      case ROUND_ROBIN, RESPONSE_TIME -> Turns.row(candidates, size);
      case SUM3, SUM5 -> Sum.row(algorithm.pick(), candidates, size);
    };
  }
}
