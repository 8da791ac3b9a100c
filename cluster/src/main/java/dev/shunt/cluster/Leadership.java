package dev.shunt.cluster;

import java.util.Optional;

/**
 * Who is scheduler, as far as this member knows.
 *
 * @param term the term in which it was appointed
 * @param scheduler the member that holds the lease, or empty while nobody is known to
 * @param mine whether that is this member, and it holds a majority's lease
 */
public record Leadership(Term term, Optional<MemberId> scheduler, boolean mine) {

  /** Before anything is known. */
  public static final Leadership UNKNOWN = new Leadership(Term.NONE, Optional.empty(), false);
}
