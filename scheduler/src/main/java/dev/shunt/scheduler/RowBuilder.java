package dev.shunt.scheduler;

import java.util.List;

/** An algorithm that spreads the hash buckets of a service over targets; pure and deterministic. */
@FunctionalInterface
public interface RowBuilder {

  /**
   * @param targets those that take new sessions, in any order; the result does not depend on it
   * @param size number of buckets, a prime
   * @return a full row, or {@link DispatchRow#EMPTY} when there are no targets
   */
  DispatchRow build(List<Target> targets, int size);
}
