package dev.shunt.scheduler.balance;

import dev.shunt.scheduler.RowBuilder.Candidate;
import dev.shunt.scheduler.Target;
import java.util.List;
import java.util.stream.IntStream;

/** Targets to be spread over. */
final class Targets {

  private Targets() {}

  /** One target for each weight, in the order of their labels; a weight of 0: takes nothing. */
  static List<Candidate> weighing(int... weights) {
    return IntStream.range(0, weights.length)
        .mapToObj(
            i -> new Candidate(Target.labelOf(i), "t" + i, Math.max(1, weights[i]), weights[i] > 0))
        .toList();
  }
}
