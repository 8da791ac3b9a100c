package dev.shunt.cluster.election;

import dev.shunt.cluster.Lease;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The appointed member's side: collects promises and keeps the lease they add up to.
 *
 * <p>The lease ends one {@linkplain ElectionTimings#lease() lease} after the instant at which the
 * heartbeat was <em>sent</em> that a majority has acknowledged, less a margin; every voter's
 * promise ends one lease after it <em>received</em> that heartbeat, hence later.
 */
final class Campaign {

  private final ElectionTimings timings;
  private final int voters;
  private final Map<MemberId, Long> acknowledged = new HashMap<>();

  private Term term = Term.NONE;
  private boolean running;
  private long startedAt;
  private long lastSentAt;
  private long nextHeartbeat;
  private Lease lease = Lease.NONE;

  Campaign(ElectionTimings timings, int voters) {
    this.timings = timings;
    this.voters = voters;
  }

  /**
   * Begins to ask for promises in a new term. A lease held in an older one stays until its end: it
   * is the same member that holds it, so nobody else can be scheduler meanwhile.
   */
  void start(Term newTerm, long now) {
    term = newTerm;
    running = true;
    startedAt = now;
    nextHeartbeat = now;
    acknowledged.clear();
  }

  /** Ends the lease and the campaign now. */
  void stop(long now) {
    running = false;
    acknowledged.clear();
    if (lease.heldAt(now)) {
      lease = new Lease(lease.term(), now);
    }
  }

  boolean running() {
    return running;
  }

  Term term() {
    return term;
  }

  Lease lease() {
    return lease;
  }

  boolean heartbeatDue(long now) {
    return running && now - nextHeartbeat >= 0;
  }

  long nextHeartbeat() {
    return nextHeartbeat;
  }

  Message.Heartbeat heartbeat(long now) {
    boolean hasty = !holdsThisTerm(now) && now - startedAt < ElectionTimings.CAMPAIGN_HASTE;
    long interval =
        hasty
            ? Math.min(ElectionTimings.CAMPAIGN_INTERVAL, timings.heartbeat())
            : timings.heartbeat();
    lastSentAt = now;
    nextHeartbeat = now + interval;
    return new Message.Heartbeat(term, now, timings.lease(), lease.heldAt(now));
  }

  /** Asks again at the next opportunity, for a vote may have become free. */
  void hurry(long at, long now) {
    if (running && !holdsThisTerm(now) && nextHeartbeat - at > 0) {
      nextHeartbeat = at;
    }
  }

  /** Counts a promise, if it is for exactly this term and for a heartbeat that was really sent. */
  void onAck(MemberId from, Message.Ack ack, long now) {
    if (!running || !ack.term().equals(term) || ack.sentAtNanos() - lastSentAt > 0) {
      return;
    }
    acknowledged.merge(from, ack.sentAtNanos(), (a, b) -> b - a > 0 ? b : a);
    if (acknowledged.size() <= voters / 2) {
      return;
    }
    long deadline = majoritySentAt() + timings.lease() - ElectionTimings.MARGIN;
    if (deadline - now > 0
        && (!lease.term().equals(term) || deadline - lease.deadlineNanos() > 0)) {
      lease = new Lease(term, deadline);
    }
  }

  /** The newest instant that a majority has acknowledged or passed. */
  private long majoritySentAt() {
    long[] ages = acknowledged.values().stream().mapToLong(sentAt -> lastSentAt - sentAt).toArray();
    Arrays.sort(ages);
    return lastSentAt - ages[voters / 2];
  }

  private boolean holdsThisTerm(long now) {
    return lease.term().equals(term) && lease.heldAt(now);
  }
}
