package dev.shunt.cluster.election;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;
import org.jspecify.annotations.Nullable;

/**
 * One member's vote: a promise to one candidate at a time, for the length of a lease.
 *
 * <p>The whole of the safety argument lives here: while a promise runs, no other member gets this
 * vote, whatever its term. A higher term makes lower ones be refused, but does not break a promise.
 * Votes are not written to disk; a voter that has just started may have forgotten a promise and
 * therefore gives none before every promise of its former life has run out.
 */
final class Voter {

  /** A vote that is given away: {@code holder} has it until {@code untilNanos} on this clock. */
  record Promise(MemberId holder, Term term, long untilNanos) {}

  private final long lease;
  private final long silentUntil;
  private @Nullable Promise promise;
  private @Nullable Appointment highest;
  private @Nullable Appointment holding;
  private long holdingUntil;

  Voter(long leaseNanos, long nowNanos) {
    this.lease = leaseNanos;
    this.silentUntil = nowNanos + leaseNanos;
  }

  /** The answer to a heartbeat. */
  Message onHeartbeat(MemberId from, Message.Heartbeat heartbeat, long now) {
    Appointment asked = new Appointment(heartbeat.term(), from);
    Appointment known = learn(asked);
    if (!known.equals(asked)) {
      return new Message.Refused(known);
    }
    noteHolder(asked, heartbeat, now);
    if (silentUntil - now > 0) {
      return new Message.Busy(heartbeat.term(), silentUntil - now);
    }
    Promise given = promise;
    if (given != null && !given.holder().equals(from) && given.untilNanos() - now > 0) {
      return new Message.Busy(heartbeat.term(), given.untilNanos() - now);
    }
    long until = now + promiseLength(heartbeat);
    if (given != null && given.holder().equals(from)) {
      until = now + Math.max(until - now, given.untilNanos() - now); // a promise is never shortened
    }
    promise = new Promise(from, heartbeat.term(), until);
    return new Message.Ack(heartbeat.term(), heartbeat.sentAtNanos());
  }

  /** Frees the vote if it is promised to {@code from} for this term or a lower one. */
  void onRelease(MemberId from, Term term) {
    Promise given = promise;
    if (given != null && given.holder().equals(from) && !given.term().isAfter(term)) {
      promise = null;
    }
    Appointment seen = holding;
    if (seen != null && seen.scheduler().equals(from) && !seen.term().isAfter(term)) {
      holding = null;
    }
  }

  /**
   * Remembers the highest appointment heard of.
   *
   * @return the highest one now; the first wins if two were ever to carry the same term
   */
  Appointment learn(Appointment heard) {
    Appointment known = highest;
    if (known == null || heard.term().isAfter(known.term())) {
      highest = heard;
      return heard;
    }
    return known;
  }

  @Nullable Appointment highest() {
    return highest;
  }

  /** Who said within the last lease that it holds the lease, if anybody did. */
  @Nullable Appointment holder(long now) {
    return holding != null && holdingUntil - now > 0 ? holding : null;
  }

  /** When {@link #holder} changes by itself, if there is one. */
  long holderUntil() {
    return holdingUntil;
  }

  @Nullable Promise promise() {
    return promise;
  }

  long silentUntil() {
    return silentUntil;
  }

  private void noteHolder(Appointment asked, Message.Heartbeat heartbeat, long now) {
    if (heartbeat.holding()) {
      holding = asked;
      holdingUntil = now + lease;
    } else if (asked.equals(holding)) {
      holding = null;
    }
  }

  private long promiseLength(Message.Heartbeat heartbeat) {
    return Math.min(Math.max(lease, heartbeat.leaseNanos()), ElectionTimings.LONGEST_PROMISE);
  }
}
