package dev.shunt.cluster.election;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Term;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The raft leader's side: names the scheduler, and another one when that is called for.
 *
 * <p>Should raft stay without a leader although a majority is present, then the lowest member
 * present stands in once the array was without a scheduler for too long: raft votes only when a
 * view changes, and a vote that comes to nothing is not repeated. For the same reason it answers a
 * scheduler that wants to go, or is not eligible any more, when no leader has for that long; and so
 * does a leader that is outranked. Who names does not matter for safety, for that rests on
 * promises.
 *
 * <p>Sticky: who was named stays while it is present, eligible, not resigning, and gets its lease.
 * A new raft leader names the present holder again, in its own higher term, so that the scheduler
 * outlives the raft leader. An ineligible scheduler stays until there is an eligible one.
 */
final class Appointer {

  private final MemberId self;
  private final int voters;
  private final int ownTurn;
  private final int ownBegin;
  private final ElectionTimings timings;
  private final Voter voter;
  private final Roster roster;

  private boolean leader;
  private long raftTerm;
  private @Nullable Appointment current;
  private boolean resigned;
  private long lastHeld;
  private long lastStep;
  private long nextRepeat;
  private long silentSince;
  private @Nullable Appointment lastHighest;
  private boolean outranked;
  private long outrankedSince;
  private @Nullable Appointment resigner;
  private long lastResign;
  private @Nullable Appointment unserved;
  private long unservedSince;

  /**
   * @param incarnation differs for every start of this member
   */
  Appointer(MemberId self, long incarnation, ElectionTimings timings, Voter voter, Roster roster) {
    List<MemberId> all = roster.configured();
    this.self = self;
    this.voters = all.size();
    this.ownTurn = all.indexOf(self) + 1;
    this.ownBegin = Math.floorMod(incarnation, Term.MAX_APPOINTMENT / 2);
    this.timings = timings;
    this.voter = voter;
    this.roster = roster;
  }

  void onRaftRole(boolean isLeader, long term) {
    if (isLeader != leader || term != raftTerm) {
      leader = isLeader;
      raftTerm = term;
      current = null;
      resigned = false;
      outranked = false;
    }
  }

  boolean leader() {
    return leader;
  }

  void onResign(MemberId from, Term term, long now) {
    Appointment who = new Appointment(term, from);
    resigner = who;
    lastResign = now;
    resigned |= who.equals(current);
  }

  /** When {@link #step} must be called at the latest. */
  long nextRepeat() {
    return nextRepeat;
  }

  /** What is to be sent to everybody now: a new appointment, or the standing one once more. */
  Optional<Appointment> step(long now) {
    if (now - lastStep > 2 * ElectionTimings.REPEAT_INTERVAL) {
      lastHeld = now; // it was this member that slept, and heard nobody
      silentSince = now;
    }
    lastStep = now;
    listen(now);
    boolean silent = leader ? outranked(now) : !standsIn(now);
    Appointment waiting = waitingForSuccessor(now);
    if (silent && (waiting == null || !(leader || isLowest()))) {
      return repeatAt(now, Optional.empty());
    }
    Appointment named = silent ? waiting : standing(now);
    resigned |= silent;
    Optional<MemberId> choice = named == null ? choose(now) : keepOrReplace(named, now);
    resigned = false;
    if (choice.isEmpty()) {
      return repeatAt(now, Optional.empty());
    }
    if (named != null && named.scheduler().equals(choice.get())) {
      return now - nextRepeat >= 0 ? repeatAt(now, Optional.of(named)) : Optional.empty();
    }
    Optional<Appointment> next = successor().map(term -> new Appointment(term, choice.get()));
    next.ifPresent(appointment -> {
      current = appointment;
      lastHeld = now;
      voter.learn(appointment);
    });
    return repeatAt(now, next);
  }

  /** Notes that there is a scheduler, or that somebody else has just named one. */
  private void listen(long now) {
    Appointment highest = voter.highest();
    boolean named = highest != null && !highest.equals(lastHighest) && !highest.equals(current);
    lastHighest = highest;
    if (named || isServed(now)) {
      silentSince = now;
    }
  }

  /** Whether there is a scheduler, as far as this member or one that it hears can tell. */
  private boolean isServed(long now) {
    return voter.holder(now) != null || roster.othersHearScheduler(now);
  }

  private boolean standsIn(long now) {
    return isLowest() && now - silentSince > timings.patience();
  }

  /** Whether this is the lowest member present where a majority is. */
  private boolean isLowest() {
    MemberView view = roster.view();
    return view.hasMajority() && view.present().getFirst().id().equals(self);
  }

  /** The scheduler that should have been relieved by now; null if there is no such. */
  private @Nullable Appointment waitingForSuccessor(long now) {
    Appointment holder = voter.holder(now);
    if (holder == null || !holder.equals(voter.highest()) || !wantsToGo(holder, now)) {
      unserved = null;
      return null;
    }
    if (!holder.equals(unserved)) {
      unserved = holder;
      unservedSince = now;
    }
    return now - unservedSince > timings.patience() ? holder : null;
  }

  private boolean wantsToGo(Appointment holder, long now) {
    boolean resigns =
        holder.equals(resigner) && now - lastResign <= 3 * ElectionTimings.REPEAT_INTERVAL;
    return (resigns || !roster.isEligible(holder.scheduler()))
        && roster.eligible().stream().anyMatch(id -> !id.equals(holder.scheduler()));
  }

  private Optional<Appointment> repeatAt(long now, Optional<Appointment> result) {
    if (result.isPresent() || now - nextRepeat >= 0) {
      nextRepeat = now + ElectionTimings.REPEAT_INTERVAL;
    }
    return result;
  }

  /** The appointment this leader made, unless a higher one is known by now. */
  private @Nullable Appointment standing(long now) {
    Appointment named = current;
    if (named == null || !named.equals(voter.highest())) {
      return null;
    }
    if (named.equals(voter.holder(now))) {
      lastHeld = now;
    }
    return named;
  }

  private Optional<MemberId> keepOrReplace(Appointment named, long now) {
    MemberId scheduler = named.scheduler();
    boolean idle = now - lastHeld > timings.patience();
    if (roster.isEligible(scheduler) && !resigned && !idle) {
      return Optional.of(scheduler);
    }
    List<MemberId> others = roster.eligible().stream().filter(id -> !id.equals(scheduler)).toList();
    if (!others.isEmpty()) {
      return Optional.of(prefer(others, now));
    }
    if (!roster.isPresent(scheduler)) {
      current = null; // should it come back, then in a new term: it has forgotten this one
      return Optional.empty();
    }
    return Optional.of(scheduler);
  }

  private Optional<MemberId> choose(long now) {
    List<MemberId> eligible = roster.eligible();
    if (!eligible.isEmpty()) {
      return Optional.of(prefer(eligible, now));
    }
    return holder(now).filter(roster::isPresent);
  }

  private MemberId prefer(List<MemberId> eligible, long now) {
    return holder(now)
        .or(() -> Optional.ofNullable(voter.highest()).map(Appointment::scheduler))
        .filter(eligible::contains)
        .or(() -> Optional.of(self).filter(eligible::contains))
        .orElseGet(eligible::getFirst);
  }

  private Optional<MemberId> holder(long now) {
    return Optional.ofNullable(voter.holder(now)).map(Appointment::scheduler);
  }

  /**
   * Whether this leader is stale: others have heard of a later raft term than its own. While there
   * is a scheduler it keeps silent in any case, so that no two leaders outbid each other; once
   * there was none for too long, it stands in for the leader that should have named one.
   */
  private boolean outranked(long now) {
    Appointment highest = voter.highest();
    if (highest == null || highest.term().raftTerm() <= raftTerm) {
      outranked = false;
      return false;
    }
    if (!outranked || isServed(now)) {
      outranked = true;
      outrankedSince = now;
    }
    return now - outrankedSince < timings.patience();
  }

  /**
   * The next term that only this member gives away: within a raft term, members take turns in the
   * order of their ids. So a term names one scheduler, whatever two leaders believe of themselves.
   * A leader's raft term is its own, and new; who stands in and has not heard of an appointment in
   * that raft term may have made some in a former life, and begins at a place that this life chose.
   *
   * @return nothing if all terms there are were given away
   */
  private Optional<Term> successor() {
    Appointment highest = voter.highest();
    Term last =
        highest == null || highest.term().raftTerm() < raftTerm
            ? Term.of(raftTerm, leader ? 0 : ownBegin)
            : highest.term();
    int turn = last.appointment() / voters * voters + ownTurn;
    if (turn <= last.appointment()) {
      turn += voters;
    }
    if (turn <= Term.MAX_APPOINTMENT) {
      return Optional.of(Term.of(last.raftTerm(), turn));
    }
    return last.raftTerm() < Term.MAX_RAFT_TERM
        ? Optional.of(Term.of(last.raftTerm() + 1, ownTurn))
        : Optional.empty();
  }
}
