package dev.shunt.cluster;

import java.util.List;
import java.util.Optional;

/**
 * Who is present, as one member sees it: an immutable snapshot.
 *
 * @param number grows with every change this member sees; not comparable between members
 * @param present the members that are reachable now, this one and witnesses included, ordered by id
 * @param voters how many members the array is configured with, witnesses included
 */
public record MemberView(long number, List<Member> present, int voters) {

  public MemberView {
    present = present.stream().sorted((a, b) -> a.id().compareTo(b.id())).toList();
  }

  public Optional<Member> member(MemberId id) {
    return present.stream().filter(m -> m.id().equals(id)).findFirst();
  }

  public boolean contains(MemberId id) {
    return member(id).isPresent();
  }

  /** Those present that carry traffic: all but the witnesses. */
  public List<Member> nodes() {
    return present.stream().filter(m -> !m.isWitness()).toList();
  }

  /** Whether those present, witnesses too, are more than half of those configured. */
  public boolean hasMajority() {
    return present.size() > voters / 2;
  }
}
