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
import java.util.stream.Collectors;

/**
 * Who is present and what they published about themselves.
 *
 * <p>A member that was not heard yet is present, not eligible, and without attributes. A witness is
 * never eligible, whatever it says: this member's own configuration decides who may be scheduler.
 */
final class Roster {

  private final List<MemberAddress> configured;
  private final Set<MemberId> witnesses;
  private final Map<MemberId, Message.Hello> hellos = new HashMap<>();
  private Set<MemberId> present;
  private MemberView view;

  Roster(List<MemberAddress> configured, MemberId self) {
    this.configured = configured;
    this.witnesses =
        configured.stream()
            .filter(MemberAddress::witness)
            .map(MemberAddress::id)
            .collect(Collectors.toUnmodifiableSet());
    this.present = Set.of(self);
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
    return present.contains(id);
  }

  boolean isEligible(MemberId id) {
    Message.Hello hello = hellos.get(id);
    return isPresent(id) && hello != null && hello.eligible() && !witnesses.contains(id);
  }

  /** The members that may become scheduler, lowest id first. */
  List<MemberId> eligible() {
    return present.stream().filter(this::isEligible).toList();
  }

  /** Replaces who is present; members that are not configured are left out. */
  void onView(Set<MemberId> members) {
    Set<MemberId> known = new TreeSet<>(members);
    known.removeIf(id -> !knows(id));
    hellos.keySet().removeIf(id -> isPresent(id) && !known.contains(id));
    present = known;
    refresh();
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
