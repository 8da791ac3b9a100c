package dev.shunt.cluster.election;

import dev.shunt.cluster.MemberId;
import java.util.Set;

/**
 * Whom a member hears.
 *
 * @param scheduler whether it is scheduler, or has heard from one within a lease
 * @param missing the members that are in its group and that it has not heard for long
 */
public record Hearing(boolean scheduler, Set<MemberId> missing) {

  /** Everybody, but no scheduler. */
  static final Hearing EVERYBODY = new Hearing(false, Set.of());

  public Hearing {
    missing = Set.copyOf(missing);
  }
}
