package dev.shunt.cluster.election;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Lease;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Membership;
import dev.shunt.cluster.Term;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One member's whole part in the election, stepped by hand.
 *
 * <p>Not thread-safe: one thread owns it. Every method takes the present instant on this member's
 * monotonic clock, in nanoseconds, and the instants never go back. The first thing each of them
 * does is to look whether the lease is over, so that a member that was frozen announces the loss of
 * its authority before it does anything else. {@link #nextDue()} tells when to call {@link #tick}
 * next.
 */
public final class ElectionMachine {

  private final MemberId self;
  private final List<MemberId> others;
  private final ElectionTimings timings;
  private final long incarnation;
  private final Message.Outbox outbox;
  private final Membership.Listener listener;
  private final Voter voter;
  private final Campaign campaign;
  private final Roster roster;
  private final Appointer appointer;

  private boolean eligible;
  private boolean leaving;
  private Map<String, String> attributes = Map.of();
  private long helloSequence;
  private long nextHello;
  private Hearing saidHearing = Hearing.EVERYBODY;
  private Term released = Term.NONE;
  private int releasesLeft;
  private long nextRelease;
  private boolean resigning;
  private long resigningSince;
  private long nextResign;

  private MemberView announcedView;
  private Leadership announcedLeadership = Leadership.UNKNOWN;
  private Lease announcedLease = Lease.NONE;
  private boolean announcedHeld;

  /**
   * @param config the array and this member's place in it
   * @param incarnation differs for every start of this member, such as a random number
   * @param now the present instant; a voter says nothing for one lease from here
   * @param outbox where messages to others go
   * @param listener hears what changes, called from within the methods of this machine
   */
  public ElectionMachine(
      ClusterConfig config,
      long incarnation,
      long now,
      Message.Outbox outbox,
      Membership.Listener listener) {
    this.self = config.self();
    this.others =
        config.members().stream().map(m -> m.id()).filter(id -> !id.equals(self)).toList();
    this.timings = ElectionTimings.of(config.timings());
    this.incarnation = incarnation;
    this.outbox = outbox;
    this.listener = listener;
    this.voter = new Voter(timings.lease(), now);
    this.campaign = new Campaign(timings, config.members().size());
    this.roster = new Roster(config.members(), self);
    this.appointer = new Appointer(self, incarnation, timings, voter, roster);
    this.announcedView = roster.view();
    this.nextHello = now;
  }

  // --- what happens to the member -------------------------------------------------------------

  /** Time went on. */
  public void tick(long now) {
    announce(now);
    settle(now);
  }

  /** The members that are reachable now; those not configured are left out. */
  public void onPresent(Set<MemberId> present, long now) {
    announce(now);
    roster.onView(present, now);
    nextHello = now;
    settle(now);
  }

  /** Whether this member is the raft leader, and in which raft term. */
  public void onRaftRole(boolean leader, long raftTerm, long now) {
    announce(now);
    appointer.onRaftRole(leader, raftTerm);
    settle(now);
  }

  /** A message from another member; one from a member that is not configured is dropped. */
  public void onMessage(MemberId from, Message message, long now) {
    announce(now);
    if (!from.equals(self) && roster.knows(from)) {
      roster.heard(from, now);
      handle(from, message, now);
      settle(now);
    }
  }

  /** Replaces what this member says about itself. */
  public void publish(boolean mayBecomeScheduler, Map<String, String> published, long now) {
    announce(now);
    eligible = mayBecomeScheduler;
    attributes = Map.copyOf(published);
    nextHello = now;
    settle(now);
  }

  /**
   * Asks for a successor. The lease is kept until one was named.
   *
   * @return whether this member holds the lease and another eligible one is present
   */
  public boolean stepDown(long now) {
    announce(now);
    boolean possible =
        campaign.lease().heldAt(now) && roster.eligible().stream().anyMatch(id -> !id.equals(self));
    if (possible) {
      resigning = true;
      resigningSince = now;
      nextResign = now;
      settle(now);
    }
    return possible;
  }

  /** Says that this member is about to go: it will not be named again, and a successor is. */
  public void leave(long now) {
    announce(now);
    leaving = true;
    nextHello = now;
    settle(now);
  }

  /** Gives the lease up at once, whether or not there is a successor. */
  public void abandon(long now) {
    leaving = true;
    endCampaign(now);
    announce(now);
  }

  // --- what the member shows ------------------------------------------------------------------

  /** When {@link #tick} must be called at the latest. */
  public long nextDue() {
    long due = nextHello;
    if (campaigning(announcedHeld)) {
      due = earlier(due, campaign.nextHeartbeat());
    }
    if (announcedHeld) {
      due = earlier(due, campaign.lease().deadlineNanos());
    } else if (announcedLeadership.scheduler().isPresent()) {
      due = earlier(due, voter.holderUntil());
    }
    due = earlier(due, appointer.nextRepeat());
    if (releasesLeft > 0) {
      due = earlier(due, nextRelease);
    }
    return resigning ? earlier(due, nextResign) : due;
  }

  public MemberView view() {
    return announcedView;
  }

  public Leadership leadership() {
    return announcedLeadership;
  }

  public Lease lease() {
    return announcedLease;
  }

  /** For the simulation's checks. */
  Voter voter() {
    return voter;
  }

  // --- inside ---------------------------------------------------------------------------------

  private void handle(MemberId from, Message message, long now) {
    switch (message) {
      case Message.Heartbeat m -> outbox.send(from, voter.onHeartbeat(from, m, now));
      case Message.Ack m -> campaign.onAck(from, m, now);
      case Message.Busy m -> onBusy(m, now);
      case Message.Refused m -> voter.learn(m.highest());
      case Message.Release m -> onRelease(from, m, now);
      case Message.Resign m -> appointer.onResign(from, m.term(), now);
      case Message.Appoint m -> onAppoint(from, m.appointment());
      case Message.Hello m -> roster.onHello(from, m);
    }
  }

  private void onBusy(Message.Busy busy, long now) {
    if (busy.term().equals(campaign.term())) {
      long wait = Math.max(busy.remainingNanos(), ElectionTimings.SHORTEST_WAIT);
      campaign.hurry(now + Math.min(wait, ElectionTimings.CAMPAIGN_INTERVAL), now);
    }
  }

  private void onRelease(MemberId from, Message.Release release, long now) {
    voter.onRelease(from, release.term());
    campaign.hurry(now, now);
  }

  private void onAppoint(MemberId from, Appointment appointment) {
    Appointment highest = voter.learn(appointment);
    if (!highest.equals(appointment)) {
      outbox.send(from, new Message.Refused(highest));
    }
  }

  private void settle(long now) {
    roster.look(now);
    sayHello(now);
    Optional<Appointment> appointed = appointer.step(now);
    follow(now); // before the appointment is sent: a vote is free before it is asked for
    appointed.ifPresent(a -> broadcast(new Message.Appoint(a)));
    if (campaigning(campaign.lease().heldAt(now)) && campaign.heartbeatDue(now)) {
      ask(now);
    }
    repeatRelease(now);
    resign(now);
    announce(now);
  }

  /** Campaigns while the highest appointment names this member, and stops when it names another. */
  private void follow(long now) {
    Appointment highest = voter.highest();
    if (highest == null) {
      return;
    }
    if (!highest.scheduler().equals(self)) {
      endCampaign(now);
    } else if (highest.term().isAfter(campaign.term())) {
      campaign.start(highest.term(), now);
    }
  }

  /** A member whose tables are not complete does not begin to be scheduler, but may go on. */
  private boolean campaigning(boolean held) {
    return campaign.running() && (held || (eligible && !leaving));
  }

  /** Asks everybody for a promise, this member's own vote first. */
  private void ask(long now) {
    Message.Heartbeat heartbeat = campaign.heartbeat(now);
    if (voter.onHeartbeat(self, heartbeat, now) instanceof Message.Ack ack) {
      campaign.onAck(self, ack, now);
    }
    broadcast(heartbeat);
  }

  /** The order matters: the lease is over, and everybody here knows it, before it is released. */
  private void endCampaign(long now) {
    if (campaign.running()) {
      campaign.stop(now);
      announce(now);
      released = campaign.term();
      voter.onRelease(self, released);
      releasesLeft = ElectionTimings.RELEASES;
      nextRelease = now;
      repeatRelease(now);
    }
  }

  private void repeatRelease(long now) {
    if (releasesLeft > 0 && now - nextRelease >= 0) {
      broadcast(new Message.Release(released));
      releasesLeft--;
      nextRelease = now + ElectionTimings.CAMPAIGN_INTERVAL;
    }
  }

  /** The wish stands in whatever term it is named again, for a leader may not have heard it. */
  private void resign(long now) {
    resigning &= campaign.running() && now - resigningSince <= ElectionTimings.RESIGN_PATIENCE;
    if (resigning && now - nextResign >= 0) {
      nextResign = now + ElectionTimings.REPEAT_INTERVAL;
      broadcast(new Message.Resign(campaign.term()));
      appointer.onResign(self, campaign.term(), now);
      if (appointer.leader()) {
        settle(now);
      }
    }
  }

  private void sayHello(long now) {
    var hearing = new Hearing(leadershipAt(now).scheduler().isPresent(), roster.missing());
    if (now - nextHello >= 0 || !hearing.equals(saidHearing)) {
      nextHello = now + ElectionTimings.HELLO_INTERVAL;
      saidHearing = hearing;
      boolean mayBeScheduler = eligible && !leaving;
      var hello =
          new Message.Hello(incarnation, ++helloSequence, mayBeScheduler, hearing, attributes);
      roster.onHello(self, hello);
      broadcast(hello);
    }
  }

  private void broadcast(Message message) {
    for (MemberId other : others) {
      outbox.send(other, message);
    }
  }

  /** Tells the listener what is different from what it was told last. */
  private void announce(long now) {
    Lease lease = campaign.lease();
    boolean held = lease.heldAt(now);
    if (!held && announcedHeld) {
      announcedHeld = false;
      announcedLease = lease;
      listener.onLease(lease); // first of all: authority that is gone
    }
    if (!roster.view().equals(announcedView)) {
      announcedView = roster.view();
      listener.onView(announcedView);
    }
    Leadership leadership = leadershipAt(now);
    if (!leadership.equals(announcedLeadership)) {
      announcedLeadership = leadership;
      listener.onLeadership(leadership);
    }
    if (held && !lease.equals(announcedLease)) {
      announcedHeld = true;
      announcedLease = lease;
      listener.onLease(lease);
    }
  }

  private Leadership leadershipAt(long now) {
    if (campaign.lease().heldAt(now)) {
      return new Leadership(campaign.lease().term(), Optional.of(self), true);
    }
    Appointment highest = voter.highest();
    if (highest == null) {
      return Leadership.UNKNOWN;
    }
    boolean known = highest.equals(voter.holder(now)) && !highest.scheduler().equals(self);
    return new Leadership(
        highest.term(), known ? Optional.of(highest.scheduler()) : Optional.empty(), false);
  }

  private static long earlier(long a, long b) {
    return b - a < 0 ? b : a;
  }
}
