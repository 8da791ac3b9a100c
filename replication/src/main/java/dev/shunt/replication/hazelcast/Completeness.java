package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.MemberId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides whether this member's copy holds everything that the array's tables held when it joined.
 *
 * <p>A pure state machine: fed with what happens, asked with the time; not thread-safe.
 *
 * <p>The copy is complete when a scan of the tables has ended that began after they were joined and
 * after every expected member was seen in them. Nobody expected and nobody seen is what the first
 * member of an array sees, and also what a member sees that has just been restarted and has not
 * found the others yet; so that is believed only after {@link #SETTLE}. Once reached, completeness
 * is kept whoever comes, goes or hangs, with two exceptions. A member that became complete all
 * alone and has no session yet gives it up when one turns out to be there whom it has never seen.
 * And a member gives it up that does not share tables with the scheduler, who alone writes
 * sessions: after a partition membership heals in a second, the tables in several. It has it again
 * when it has copied the scheduler's tables, or when there is no such scheduler any more.
 */
final class Completeness {

  /** How long being alone must last before it is believed. */
  static final Duration SETTLE = Duration.ofSeconds(3);

  /**
   * How long the scheduler may be missing in the tables: when it dies it is missing there before
   * membership says so, and just then somebody must be complete.
   */
  static final Duration APART = Duration.ofSeconds(1);

  private final MemberId self;
  private final boolean alone;

  private boolean told;
  private Set<MemberId> expected = Set.of();
  private Set<MemberId> seen = Set.of();
  private final Set<MemberId> covered = new TreeSet<>();
  private boolean joined;
  private boolean scanned;
  private boolean complete;
  private boolean settled;
  private long lonelySinceNanos;
  private boolean lonely;
  private Optional<MemberId> writer = Optional.empty();
  private boolean apart;
  private long apartSinceNanos;

  /**
   * @param self this member
   * @param alone whether the array is configured with this member only
   */
  Completeness(MemberId self, boolean alone) {
    this.self = self;
    this.alone = alone;
  }

  /** Membership shows these members as present with complete tables. */
  void expect(Set<MemberId> holders) {
    told = true;
    expected = without(holders, self);
  }

  /** Membership shows this one as scheduler, present; empty if it shows none. */
  void follow(Optional<MemberId> scheduler) {
    Optional<MemberId> other = scheduler.filter(id -> !id.equals(self));
    boolean another = !other.equals(writer);
    writer = other;
    if (another && isApart()) {
      // It has never been in these tables, or they have been apart before.
      giveUp();
    }
  }

  /** The shared tables show these members. */
  void seen(Set<MemberId> members) {
    seen = without(members, self);
  }

  /** This member has joined the shared tables, for the first time or again. */
  void joined() {
    cutOff();
    joined = true;
  }

  /** This member has left the shared tables. */
  void left() {
    cutOff();
    joined = false;
    seen = Set.of();
  }

  /** This member was in a part of the array that has now been merged into the rest. */
  void cutOff() {
    scanned = false;
    covered.clear();
    lonely = false;
    settled = false;
    complete = false;
  }

  /** A scan has ended that began when these members were seen. */
  void scanned(Set<MemberId> seenAtBegin) {
    scanned = true;
    covered.addAll(without(seenAtBegin, self));
  }

  /**
   * Whether the copy is complete now.
   *
   * @param nowNanos the time
   * @param hasSessions whether the copy holds any session
   */
  boolean step(long nowNanos, boolean hasSessions) {
    measureLoneliness(nowNanos);
    measureApartness(nowNanos);
    if (!(complete && settled)) {
      complete = isWhole() && !mayBeMistaken(nowNanos);
    }
    settled |= complete && (hasSessions || !covered.isEmpty());
    return complete;
  }

  private boolean isWhole() {
    boolean heard = complete || writer.isEmpty() || covered.contains(writer.get());
    return told && joined && scanned && heard && unseen().isEmpty();
  }

  /** The members that are expected and that no scan has covered. */
  Set<MemberId> unseen() {
    Set<MemberId> unseen = new TreeSet<>(expected);
    unseen.removeAll(covered);
    return unseen;
  }

  /** The members that are expected and not in the shared tables now. */
  Set<MemberId> missing() {
    Set<MemberId> missing = new TreeSet<>(expected);
    missing.removeAll(seen);
    return missing;
  }

  private void measureLoneliness(long nowNanos) {
    boolean now = joined && told && expected.isEmpty() && seen.isEmpty();
    if (now && !lonely) {
      lonelySinceNanos = nowNanos;
    }
    lonely = now;
  }

  private boolean isApart() {
    return joined && writer.isPresent() && !seen.contains(writer.get());
  }

  private void measureApartness(long nowNanos) {
    boolean now = isApart();
    if (now && !apart) {
      apartSinceNanos = nowNanos;
    }
    apart = now;
    if (apart && nowNanos - apartSinceNanos >= APART.toNanos()) {
      giveUp();
    }
  }

  private void giveUp() {
    covered.clear();
    settled = false;
    complete = false;
  }

  /** Whether others may be there without having been found yet. */
  private boolean mayBeMistaken(long nowNanos) {
    return !alone && lonely && !complete && nowNanos - lonelySinceNanos < SETTLE.toNanos();
  }

  private static Set<MemberId> without(Set<MemberId> members, MemberId self) {
    Set<MemberId> others = new TreeSet<>(members);
    others.remove(self);
    return others;
  }
}
