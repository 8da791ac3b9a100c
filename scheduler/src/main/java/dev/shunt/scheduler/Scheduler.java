package dev.shunt.scheduler;

import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides where new sessions go: turns services, view, reports and health into a {@link
 * DispatchTable}.
 *
 * <p>A pure state machine: stepped with what is known and the time; it remembers only what it saw
 * last of each target, and the rows built last. Every member steps its own, so that all hold the
 * same tables and any of them can take over. Used by one thread.
 */
public final class Scheduler {

  private final SchedulerConfig config;
  private final RowBuilder rowBuilder;
  private final MemberTargets members;
  private final ServerTargets servers;
  private final Map<Integer, Built> built = new HashMap<>();
  private Map<Service, Duration> responseTimes = Map.of();

  /** A row and what it was built from: building one costs far more than a step may. */
  private record Built(List<RowBuilder.Candidate> from, DispatchRow row) {}

  /** A possible target of a service, before its share is settled. */
  private record Choice(
      int label, String name, int weight, OptionalInt responseClass, long upNanos) {}

  public Scheduler(SchedulerConfig config, RowBuilder rowBuilder) {
    this.config = config;
    this.rowBuilder = rowBuilder;
    this.members = new MemberTargets(config);
    this.servers = new ServerTargets(config);
  }

  /**
   * @param nowNanos the time
   * @return what the kernel shall do from now on
   */
  public DispatchTable step(Facts facts, long nowNanos) {
    List<Target> targets = new ArrayList<>(members.step(facts, nowNanos));
    targets.addAll(servers.step(facts, nowNanos));
    Map<Integer, TargetState> states = new HashMap<>();
    targets.forEach(target -> states.put(target.label(), target.state()));
    Map<Service, DispatchRow> rows = new HashMap<>();
    Map<Service, Duration> times = new HashMap<>();
    for (int service = 0; service < config.services().size(); service++) {
      Service of = config.services().get(service);
      boolean direct = of.balance().isDirect();
      List<Choice> choices = direct ? servers(service, nowNanos) : members(service);
      rows.put(of, row(service, choices, states, direct ? label -> true : fit(service)));
      responseTime(choices, states).ifPresent(time -> times.put(of, time));
    }
    responseTimes = Map.copyOf(times);
    return new DispatchTable(targets, rows);
  }

  /** How long services' targets took to answer when they were last reported, on average. */
  public Map<Service, Duration> responseTimes() {
    return responseTimes;
  }

  /** The mean over the targets that are up, weighted; empty where none has been measured. */
  private static Optional<Duration> responseTime(
      List<Choice> choices, Map<Integer, TargetState> states) {
    long nanos = 0;
    long weight = 0;
    for (Choice one : choices) {
      if (one.responseClass.isPresent() && states.get(one.label) == TargetState.UP) {
        nanos += one.weight * Sight.responseTime(one.responseClass.getAsInt()).toNanos();
        weight += one.weight;
      }
    }
    return weight == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos / weight));
  }

  private List<Choice> members(int service) {
    List<Choice> choices = new ArrayList<>();
    for (int ordinal = 0; ordinal < config.members().size(); ordinal++) {
      MemberId member = config.members().get(ordinal).id();
      choices.add(
          new Choice(
              Target.labelOf(ordinal),
              member.value(),
              members.weight(member),
              members.responseClass(member, service),
              Long.MAX_VALUE));
    }
    return choices;
  }

  private List<Choice> servers(int service, long nowNanos) {
    return servers.of(service).stream()
        .map(place ->
            new Choice(
                place.label(),
                place.name(),
                place.server().weight(),
                servers.responseClass(place.number()),
                servers.upFor(place.number(), nowNanos)))
        .toList();
  }

  private Predicate<Integer> fit(int service) {
    Set<Integer> fit = new HashSet<>();
    for (int ordinal = 0; ordinal < config.members().size(); ordinal++) {
      MemberAddress member = config.members().get(ordinal);
      if (members.isFit(member.id(), service)) {
        fit.add(Target.labelOf(ordinal));
      }
    }
    return fit::contains;
  }

  /**
   * The row over all that are configured, so that a bucket's owner does not depend on who is there
   * just now.
   *
   * @param fit which are any good: they alone take new sessions if there are any, and else all, for
   *     a member without servers can at least say so
   */
  private DispatchRow row(
      int service, List<Choice> choices, Map<Integer, TargetState> states, Predicate<Integer> fit) {
    Predicate<Choice> up = one -> states.get(one.label) == TargetState.UP;
    boolean anyFit = choices.stream().anyMatch(up.and(one -> fit.test(one.label)));
    Predicate<Choice> taking = anyFit ? up.and(one -> fit.test(one.label)) : up;
    Algorithm algorithm = config.services().get(service).balance().algorithm();
    List<RowBuilder.Candidate> candidates = new ArrayList<>();
    int fastest = ResponseShare.fastest(choices.stream().map(Choice::responseClass).toList());
    for (Choice one : choices) {
      TargetState state = states.getOrDefault(one.label, TargetState.GONE);
      int weight =
          algorithm == Algorithm.RESPONSE_TIME
              ? ResponseShare.of(one.weight, one.responseClass, fastest, one.upNanos)
              : one.weight;
      candidates.add(
          new RowBuilder.Candidate(
              one.label, one.name, weight, taking.test(one), state != TargetState.GONE));
    }
    Built last = built.get(service);
    if (last == null || !last.from.equals(candidates)) {
      last = new Built(candidates, rowBuilder.build(algorithm, candidates, config.rowSize()));
      built.put(service, last);
    }
    return last.row;
  }
}
