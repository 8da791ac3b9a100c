package dev.shunt.replication;

import dev.shunt.cluster.Term;

/**
 * A flow bound to a target.
 *
 * @param flow the 5-tuple, client to service
 * @param target the target's label number, unique in the array (see {@code
 *     dev.shunt.scheduler.Target})
 * @param state where it is in its life
 * @param term the term of the scheduler that wrote this; of two entries the higher one wins
 * @param sinceMillis when the session began, milliseconds since the epoch
 * @param label its labels
 */
public record Session(
    Flow flow, int target, SessionState state, Term term, long sinceMillis, SessionLabel label) {

  /** One without labels of its own. */
  public Session(Flow flow, int target, SessionState state, Term term, long sinceMillis) {
    this(flow, target, state, term, sinceMillis, SessionLabel.NONE);
  }

  /** Whether this entry replaces {@code other} of the same flow: higher term, then later start. */
  public boolean supersedes(Session other) {
    int byTerm = term.compareTo(other.term);
    return byTerm != 0 ? byTerm > 0 : sinceMillis >= other.sinceMillis;
  }

  /**
   * 64 bits that tell this entry from any other one, of this flow or another, the same on every
   * member: tables whose sums of digests are equal are equal. Members of neighbouring releases
   * compare them, so that what is added to a session must not count where it is absent.
   */
  public long digest() {
    long flags = (label.clientLabels() ? 1L << 33 : 0) | ((long) state.number() << 34);
    long hash = Flow.mixed(flow.hash() ^ target ^ flags);
    hash = Flow.mixed(Flow.mixed(hash ^ term.number()) ^ sinceMillis);
    return label.isPresent()
        ? Flow.mixed(Flow.mixed(hash ^ label.forth()) ^ label.clientMac())
        : hash;
  }
}
