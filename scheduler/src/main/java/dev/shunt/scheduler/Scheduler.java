package dev.shunt.scheduler;

import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides where new sessions go: turns services, view and node reports into a {@link
 * DispatchTable}.
 *
 * <p>A pure state machine: stepped with what is known and the time; it remembers only when a member
 * was last in view, what it last reported, and the rows built last. Every member steps its own, so
 * that all hold the same tables and any of them can take over. Used by one thread.
 */
public final class Scheduler {

  private static final int DEFAULT_WEIGHT = 1;

  private final SchedulerConfig config;
  private final RowBuilder rowBuilder;
  private final Map<MemberId, Remembered> remembered = new HashMap<>();
  private final Map<Integer, Built> built = new HashMap<>();

  /** The last report of a member, and when it was last in view. */
  private record Remembered(NodeReport report, long seenNanos) {}

  /** A row and what it was built from: building one costs far more than a step may. */
  private record Built(List<RowBuilder.Candidate> from, DispatchRow row) {}

  public Scheduler(SchedulerConfig config, RowBuilder rowBuilder) {
    this.config = config;
    this.rowBuilder = rowBuilder;
  }

  /**
   * @param view who is present
   * @param drained members that shall get no new sessions
   * @param nowNanos the time
   * @return what the kernel shall do from now on
   */
  public DispatchTable step(MemberView view, Set<MemberId> drained, long nowNanos) {
    List<Target> targets = new ArrayList<>();
    for (int ordinal = 0; ordinal < config.members().size(); ordinal++) {
      MemberAddress configured = config.members().get(ordinal);
      target(ordinal, configured, view, drained.contains(configured.id()), nowNanos)
          .ifPresent(targets::add);
    }
    Map<Service, DispatchRow> rows = new HashMap<>();
    for (int service = 0; service < config.services().size(); service++) {
      rows.put(config.services().get(service), row(service, targets));
    }
    return new DispatchTable(targets, rows);
  }

  private Optional<Target> target(
      int ordinal, MemberAddress configured, MemberView view, boolean drained, long nowNanos) {
    Optional<Member> present = view.member(configured.id());
    present.ifPresent(member -> remember(member, nowNanos));
    Remembered last = remembered.get(configured.id());
    if (last == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Target(
            Target.labelOf(ordinal),
            configured.id().value(),
            configured.address(),
            last.report.mac(),
            state(present, drained, nowNanos - last.seenNanos),
            DEFAULT_WEIGHT,
            configured.id().equals(config.self())));
  }

  /** A member in view that is silent about itself has just come back and keeps what it had. */
  private void remember(Member member, long nowNanos) {
    Remembered last = remembered.get(member.id());
    NodeReport.of(member)
        .or(() -> Optional.ofNullable(last).map(Remembered::report))
        .ifPresent(report -> remembered.put(member.id(), new Remembered(report, nowNanos)));
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

  /** Those that reach a healthy server if there are any; else all, for they can at least say so. */
  private DispatchRow row(int service, List<Target> targets) {
    List<Target> up = targets.stream().filter(t -> t.state().takesNew()).toList();
    List<Target> fit = up.stream().filter(t -> isFit(t, service)).toList();
    List<RowBuilder.Candidate> candidates = candidates(fit.isEmpty() ? up : fit);
    Built last = built.get(service);
    if (last == null || !last.from.equals(candidates)) {
      last = new Built(candidates, rowBuilder.build(candidates, config.rowSize()));
      built.put(service, last);
    }
    return last.row;
  }

  /** All that are configured, so that a bucket's owner does not depend on who is there just now. */
  private List<RowBuilder.Candidate> candidates(List<Target> taking) {
    Set<String> names = taking.stream().map(Target::name).collect(Collectors.toSet());
    List<RowBuilder.Candidate> candidates = new ArrayList<>();
    for (int ordinal = 0; ordinal < config.members().size(); ordinal++) {
      String name = config.members().get(ordinal).id().value();
      candidates.add(
          new RowBuilder.Candidate(
              Target.labelOf(ordinal), name, DEFAULT_WEIGHT, names.contains(name)));
    }
    return candidates;
  }

  private boolean isFit(Target target, int service) {
    Remembered last = remembered.get(new MemberId(target.name()));
    return last != null && last.report.isFit(service);
  }
}
