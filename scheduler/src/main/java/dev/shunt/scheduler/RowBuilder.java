package dev.shunt.scheduler;

import java.util.List;

/** Spreads the flows of a service over its targets; pure and deterministic. */
@FunctionalInterface
public interface RowBuilder {

  /**
   * One of the targets that a service could have.
   *
   * @param label its target label
   * @param name unique; what the buckets it gets depend on
   * @param weight its share beside the others', 1 or more
   * @param taking whether it takes new sessions at present
   * @param keeping whether flows that it has may go on there
   */
  record Candidate(int label, String name, int weight, boolean taking, boolean keeping) {

    /** One that is there or is not. */
    public Candidate(int label, String name, int weight, boolean taking) {
      this(label, name, weight, taking, taking);
    }
  }

  /**
   * @param candidates all that are configured, taking or not, in the order of the configuration:
   *     the N of a sum is their number, and nothing else depends on their order
   * @param size number of places of a hashed row, a prime, and the most that any row may have
   * @return a full row of those that take, or {@link DispatchRow#EMPTY} when there is nowhere to go
   */
  DispatchRow build(Algorithm algorithm, List<Candidate> candidates, int size);
}
