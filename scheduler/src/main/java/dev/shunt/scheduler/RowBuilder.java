package dev.shunt.scheduler;

import java.util.List;

/** An algorithm that spreads the hash buckets of a service over targets; pure and deterministic. */
@FunctionalInterface
public interface RowBuilder {

  /**
   * One of the targets that a service could have.
   *
   * @param label its target label
   * @param name unique; what the buckets it gets depend on
   * @param weight its share, 1 to {@value Target#MAX_WEIGHT}
   * @param taking whether it takes new sessions at present
   */
  record Candidate(int label, String name, int weight, boolean taking) {}

  /**
   * @param candidates all that are configured, taking or not, in any order; the result does not
   *     depend on it
   * @param size number of buckets, a prime
   * @return a full row of those that take, or {@link DispatchRow#EMPTY} when none does
   */
  DispatchRow build(List<Candidate> candidates, int size);
}
