package dev.shunt.scheduler;

import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The members' nodes as targets. Remembers for how long a member has been absent and what it last
 * reported. Used by one thread.
 *
 * <p>Only a majority can tell that somebody else is gone: whoever is cut off from most of the array
 * lets no time pass for those it misses.
 */
final class MemberTargets {

  private static final int DEFAULT_WEIGHT = 1;

  private final SchedulerConfig config;
  private final Map<MemberId, Remembered> remembered = new HashMap<>();
  private long steppedNanos;
  private boolean hadMajority;

  /** The last report of a member, and for how long it has been missed since. */
  private record Remembered(NodeReport report, SightReport responses, long absentNanos) {

    Remembered absentFor(long more) {
      return new Remembered(report, responses, absentNanos + more);
    }
  }

  MemberTargets(SchedulerConfig config) {
    this.config = config;
  }

  /** Those that have ever been seen. */
  List<Target> step(Facts facts, long nowNanos) {
    boolean majority = facts.view().hasMajority();
    long passed = majority && hadMajority ? nowNanos - steppedNanos : 0;
    steppedNanos = nowNanos;
    hadMajority = majority;
    remembered.replaceAll((_, last) -> last.absentFor(passed));
    List<Target> targets = new ArrayList<>();
    for (int ordinal = 0; ordinal < config.members().size(); ordinal++) {
      MemberAddress configured = config.members().get(ordinal);
      boolean drained = facts.drainedMembers().contains(configured.id());
      target(ordinal, configured, facts, drained).ifPresent(targets::add);
    }
    return targets;
  }

  private Optional<Target> target(
      int ordinal, MemberAddress configured, Facts facts, boolean drained) {
    Optional<Member> present = facts.view().member(configured.id());
    present.ifPresent(this::remember);
    Remembered last = remembered.get(configured.id());
    if (last == null) {
      return Optional.empty();
    }
    boolean local = configured.id().equals(config.self());
    boolean far = config.encap() == Encap.UDP && !local;
    InetAddress address = config.dataAddress(configured);
    MacAddress mac = far ? facts.nextHops().getOrDefault(address, Facts.NO_WAY) : last.report.mac();
    TargetState state = state(present, drained, last.absentNanos);
    return Optional.of(
        new Target(
            Target.labelOf(ordinal),
            configured.id().value(),
            address,
            mac,
            mac.equals(Facts.NO_WAY) && state != TargetState.GONE ? TargetState.DOWN : state,
            weight(configured.id()),
            local,
            Optional.of(config.encap()),
            last.report.cookies()));
  }

  /** A member in view that is silent about itself has just come back and keeps what it had. */
  private void remember(Member member) {
    Remembered last = remembered.get(member.id());
    NodeReport.of(member)
        .or(() -> Optional.ofNullable(last).map(Remembered::report))
        .ifPresent(report ->
            remembered.put(
                member.id(),
                new Remembered(report, SightReport.of(member, SightReport.SERVICES), 0)));
  }

  private TargetState state(Optional<Member> present, boolean drained, long absentNanos) {
    if (present.isEmpty()) {
      return absentNanos < config.goneAfter().toNanos() ? TargetState.DOWN : TargetState.GONE;
    }
    boolean ready = present.flatMap(NodeReport::of).map(NodeReport::ready).orElse(false);
    if (!ready) {
      return TargetState.DOWN;
    }
    return drained ? TargetState.DRAINED : TargetState.UP;
  }

  int weight(MemberId member) {
    return config.weights().getOrDefault(member, DEFAULT_WEIGHT);
  }

  /** Whether the member reaches a healthy server of the service. */
  boolean isFit(MemberId member, int service) {
    Remembered last = remembered.get(member);
    return last != null && last.report.isFit(service);
  }

  /** How fast the member's node answers for the service; empty while it has not been asked. */
  OptionalInt responseClass(MemberId member, int service) {
    Remembered last = remembered.get(member);
    Sight sight = last == null ? Sight.UNKNOWN : last.responses.sight(service);
    return sight.isUp() ? OptionalInt.of(sight.responseClass()) : OptionalInt.empty();
  }
}
