package dev.shunt.cluster.election;

import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Who is present and what they published about themselves.
 *
 * <p>Present is who is in the group and hears this member and is heard by it. The group alone does
 * not tell: where two members do not hear each other and a third one hears both, it may lead a
 * group of all three, and the two would take each other for present for as long as that lasts.
 *
 * <p>A member that was not heard yet is present, not eligible, and without attributes. A witness is
 * never eligible, whatever it says: this member's own configuration decides who may be scheduler.
 */
final class Roster {

  private final MemberId self;
  private final List<MemberAddress> configured;
  private final Set<MemberId> witnesses;
  private final Map<MemberId, Message.Hello> hellos = new HashMap<>();
  private final Map<MemberId, Long> lastHeard = new HashMap<>();
  private Set<MemberId> group;
  private Set<MemberId> missing = Set.of();
  private Set<MemberId> missedBy = Set.of();
  private long lastLook;
  private long awakeSince;
  private MemberView view;

  Roster(List<MemberAddress> configured, MemberId self) {
    this.self = self;
    this.configured = configured;
    this.witnesses =
        configured.stream()
            .filter(MemberAddress::witness)
            .map(MemberAddress::id)
            .collect(Collectors.toUnmodifiableSet());
    this.group = Set.of(self);
    this.view = build(1);
  }

  MemberView view() {
    return view;
  }

  /** All members there are, in the order of their ids. */
  List<MemberId> configured() {
    return configured.stream().map(MemberAddress::id).sorted().toList();
  }

  boolean knows(MemberId id) {
    return configured.stream().anyMatch(m -> m.id().equals(id));
  }

  boolean isPresent(MemberId id) {
    return group.contains(id) && !missing.contains(id) && !missedBy.contains(id);
  }

  /** The members of the group that this one does not hear. */
  Set<MemberId> missing() {
    return missing;
  }

  /** Whether another member that is heard says that there is a scheduler. */
  boolean othersHearScheduler(long now) {
    return hellos.entrySet().stream()
        .filter(hello -> hello.getValue().hearing().scheduler())
        .map(Map.Entry::getKey)
        .filter(id -> !id.equals(self) && isPresent(id))
        .anyMatch(
            id -> now - lastHeard.getOrDefault(id, now) <= 2 * ElectionTimings.HELLO_INTERVAL);
  }

  boolean isEligible(MemberId id) {
    Message.Hello hello = hellos.get(id);
    return isPresent(id) && hello != null && hello.eligible() && !witnesses.contains(id);
  }

  /** The members that may become scheduler, lowest id first. */
  List<MemberId> eligible() {
    return group.stream().filter(this::isEligible).toList();
  }

  /** Replaces who is in the group; members that are not configured are left out. */
  void onView(Set<MemberId> members, long now) {
    Set<MemberId> known = new TreeSet<>(members);
    known.removeIf(id -> !knows(id));
    hellos.keySet().removeIf(id -> group.contains(id) && !known.contains(id));
    known.stream().filter(id -> !group.contains(id)).forEach(id -> lastHeard.put(id, now));
    group = known;
    look(now);
    refresh();
  }

  /** A message of whatever kind came from this member. */
  void heard(MemberId from, long now) {
    lastHeard.put(from, now);
  }

  /** Looks who has not been heard for too long, or has not heard this member. Call it often. */
  void look(long now) {
    if (now - lastLook > ElectionTimings.HEARING / 2) {
      // It was this member that slept: it heard nobody, and nobody heard it.
      lastHeard.replaceAll((id, at) -> now);
      awakeSince = now;
    }
    lastLook = now;
    Set<MemberId> silent =
        others(id -> now - lastHeard.getOrDefault(id, now) > ElectionTimings.HEARING);
    boolean awake = now - awakeSince > 2 * ElectionTimings.HELLO_INTERVAL;
    Set<MemberId> deaf = awake ? others(this::misses) : Set.of();
    if (!silent.equals(missing) || !deaf.equals(missedBy)) {
      missing = silent;
      missedBy = deaf;
      refresh();
    }
  }

  private boolean misses(MemberId id) {
    Message.Hello hello = hellos.get(id);
    return hello != null && hello.hearing().missing().contains(self);
  }

  private Set<MemberId> others(Predicate<MemberId> which) {
    return group.stream()
        .filter(id -> !id.equals(self))
        .filter(which)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Takes what a member says of itself, unless something newer was heard. A member that comes may
   * be heard before it is seen.
   */
  void onHello(MemberId from, Message.Hello hello) {
    Message.Hello last = hellos.get(from);
    boolean overtaken =
        last != null
            && last.incarnation() == hello.incarnation()
            && last.sequence() >= hello.sequence();
    if (!overtaken) {
      hellos.put(from, hello);
      refresh();
    }
  }

  private void refresh() {
    MemberView next = build(view.number() + 1);
    if (!next.present().equals(view.present())) {
      view = next;
    }
  }

  private MemberView build(long number) {
    List<Member> members =
        configured.stream().filter(m -> isPresent(m.id())).map(this::member).toList();
    return new MemberView(number, members, configured.size());
  }

  private Member member(MemberAddress address) {
    Message.Hello hello = hellos.get(address.id());
    return hello == null
        ? new Member(address.id(), address, false, Map.of())
        : new Member(address.id(), address, isEligible(address.id()), hello.attributes());
  }
}
