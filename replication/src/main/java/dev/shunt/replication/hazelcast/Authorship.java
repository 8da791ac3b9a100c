package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.Term;
import dev.shunt.replication.local.SessionCopy;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether this member writes the session table now: whether nobody is known who wrote in a later
 * term. The writer's copy is the truth where copies differ.
 */
final class Authorship {

  private final SessionCopy copy;
  private final AtomicLong ownTerm = new AtomicLong(-1);

  Authorship(SessionCopy copy) {
    this.copy = copy;
  }

  void wrote(Term term) {
    if (ownTerm.get() < term.number()) {
      ownTerm.accumulateAndGet(term.number(), Math::max);
    }
  }

  boolean isWriter() {
    long own = ownTerm.get();
    return own >= 0 && own >= copy.highestTerm().number();
  }
}
