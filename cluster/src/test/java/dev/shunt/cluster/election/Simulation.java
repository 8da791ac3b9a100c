package dev.shunt.cluster.election;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.ClusterTimings;
import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Lease;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An array in one thread, in simulated time, driven by one seed: the same seed is the same run.
 *
 * <p>After every change of a lease it is checked that no two members can be taken for scheduler at
 * one true instant or in one term, and that a majority is bound by promises that outlast the lease.
 */
final class Simulation {

  private static final long MILLI = 1_000_000;
  private static final long CHAOS_ENDS = 5_000 * MILLI;
  private static final long CALM_ENDS = CHAOS_ENDS + 4_000 * MILLI;

  private record Event(long at, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  final Random random;
  final SimulatedNetwork network = new SimulatedNetwork(this);
  private final long seed;
  private final SimulatedRaft raft = new SimulatedRaft(this);
  private final List<SimulatedMember> members;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Map<Term, MemberId> holders = new HashMap<>();
  private final List<String> history = new ArrayList<>();
  private long now;
  private long order;
  private int leases;

  Simulation(long seed, int size) {
    this.seed = seed;
    this.random = new Random(seed);
    List<MemberAddress> addresses =
        IntStream.rangeClosed(1, size).mapToObj(Simulation::address).toList();
    this.members =
        addresses.stream().map(a -> new SimulatedMember(this, config(a.id(), addresses))).toList();
  }

  static MemberAddress address(int number) {
    return new MemberAddress(new MemberId("m" + number), InetAddress.getLoopbackAddress());
  }

  static ClusterConfig config(MemberId self, List<MemberAddress> members) {
    return new ClusterConfig(
        "test",
        self,
        members,
        ClusterConfig.DEFAULT_PORT,
        Optional.empty(),
        ClusterTimings.DEFAULT,
        Path.of("unused"));
  }

  long now() {
    return now;
  }

  int size() {
    return members.size();
  }

  List<SimulatedMember> members() {
    return members;
  }

  SimulatedMember member(MemberId id) {
    return members.stream().filter(m -> m.id.equals(id)).findFirst().orElseThrow();
  }

  void at(long instant, Runnable action) {
    events.add(new Event(instant, order++, action));
  }

  void after(int minMillis, int maxMillis, Runnable action) {
    at(now + (minMillis + random.nextInt(maxMillis - minMillis)) * MILLI, action);
  }

  /** Runs chaos, then calm, and returns how many leases were granted or renewed. */
  int run() {
    members.forEach(SimulatedMember::start);
    raft.reachabilityChanged();
    after(300, 900, this::chaos);
    at(CHAOS_ENDS, this::calm);
    while (now < CALM_ENDS && !events.isEmpty()) {
      Event next = events.remove();
      now = next.at();
      next.action().run();
    }
    checkAgreement();
    return leases;
  }

  private void chaos() {
    if (now >= CHAOS_ENDS) {
      return;
    }
    SimulatedMember victim = members.get(random.nextInt(size()));
    switch (random.nextInt(11)) {
      case 0 -> partition();
      case 1 -> cutOneWay(victim);
      case 2 -> heal();
      case 3, 4 -> freeze(victim);
      case 5 -> restart(victim);
      case 6 -> stepDown(victim);
      case 7 -> toggleEligible(victim);
      case 8 -> reelect();
      case 9 -> mute(victim);
      default -> lose();
    }
    after(20, 500, this::chaos);
  }

  private void partition() {
    List<SimulatedMember> shuffled = new ArrayList<>(members);
    Collections.shuffle(shuffled, random);
    int first = random.nextInt(size() + 1);
    note("partition " + shuffled.subList(0, first).stream().map(m -> m.id).toList());
    for (SimulatedMember a : shuffled.subList(0, first)) {
      for (SimulatedMember b : shuffled.subList(first, size())) {
        network.cut(a.id, b.id);
        network.cut(b.id, a.id);
      }
    }
    raft.reachabilityChanged();
  }

  private void cutOneWay(SimulatedMember victim) {
    note("one-way cut at " + victim.id);
    for (SimulatedMember other : members) {
      if (random.nextBoolean()) {
        network.cut(victim.id, other.id);
      }
    }
    raft.reachabilityChanged();
  }

  /** Two that do not hear each other, or one of them the other, in a group that stays whole. */
  private void mute(SimulatedMember victim) {
    SimulatedMember other = members.get(random.nextInt(size()));
    note("mute " + victim.id + " for " + other.id);
    network.mute(victim.id, other.id);
    if (random.nextBoolean()) {
      network.mute(other.id, victim.id);
    }
  }

  private void heal() {
    note("heal");
    network.heal();
    raft.reachabilityChanged();
  }

  private void freeze(SimulatedMember victim) {
    if (victim.running()) {
      note("freeze " + victim.id);
      victim.freeze();
      raft.reachabilityChanged();
      after(10, 1_500, () -> thaw(victim));
    }
  }

  private void thaw(SimulatedMember victim) {
    if (victim.alive()) {
      note("thaw " + victim.id);
      victim.thaw();
      raft.reachabilityChanged();
    }
  }

  private void restart(SimulatedMember victim) {
    if (victim.alive()) {
      note("kill " + victim.id);
      victim.kill();
      raft.killed(victim.id);
      raft.reachabilityChanged();
      after(1, 1_000, () -> start(victim));
    }
  }

  private void start(SimulatedMember victim) {
    if (!victim.alive()) {
      note("start " + victim.id);
      victim.start();
      raft.reachabilityChanged();
    }
  }

  private void stepDown(SimulatedMember victim) {
    note("step down " + victim.id);
    victim.step((m, clock) -> m.stepDown(clock));
  }

  private void toggleEligible(SimulatedMember victim) {
    boolean eligible = random.nextBoolean();
    note(victim.id + " eligible=" + eligible);
    victim.publish(eligible);
  }

  private void reelect() {
    note("raft elects");
    raft.elect();
  }

  private void lose() {
    network.loss = random.nextDouble() * 0.4;
    note("loss " + network.loss);
  }

  private void calm() {
    note("calm");
    network.heal();
    for (SimulatedMember member : members) {
      if (!member.alive()) {
        member.start();
      }
      member.thaw();
      member.publish(true);
    }
    raft.reachabilityChanged();
  }

  /** Called at every grant, renewal and end of a lease. */
  void checkLease(SimulatedMember holder, Lease lease) {
    note(holder.id + " " + lease.term() + " until " + (holder.claimUntil - now) / MILLI + "ms");
    leases++;
    if (holder.claimUntil <= now) {
      return;
    }
    for (SimulatedMember other : members) {
      require(
          other == holder || other.claimUntil <= now,
          "two schedulers: " + holder.id + " and " + other.id);
    }
    MemberId first = holders.computeIfAbsent(lease.term(), term -> holder.id);
    require(first.equals(holder.id), "term " + lease.term() + " had another scheduler: " + first);
    long bound = members.stream().filter(m -> bound(m, holder)).count();
    require(bound > size() / 2, "only " + bound + " members are bound to " + holder.id);
  }

  /** Whether the voter cannot serve anybody else while the holder's lease runs. */
  private static boolean bound(SimulatedMember voter, SimulatedMember holder) {
    if (!voter.alive()) {
      return true; // it will keep silent for a lease when it comes back
    }
    Voter vote = voter.machine().voter();
    Voter.Promise promise = vote.promise();
    boolean promised =
        promise != null
            && promise.holder().equals(holder.id)
            && voter.trueInstant(promise.untilNanos()) >= holder.claimUntil;
    return promised || voter.trueInstant(vote.silentUntil()) >= holder.claimUntil;
  }

  private void checkAgreement() {
    long holders = members.stream().filter(m -> m.claimUntil > now).count();
    require(holders == 1, holders + " schedulers after the calm");
    Set<Leadership> seen =
        members.stream()
            .map(m -> m.machine().leadership())
            .map(l -> new Leadership(l.term(), l.scheduler(), false))
            .collect(Collectors.toSet());
    require(seen.size() == 1, "no agreement after the calm: " + seen);
  }

  private void note(String what) {
    history.add(now / MILLI + "ms " + what);
  }

  private void require(boolean valid, String message) {
    if (!valid) {
      int from = Math.max(0, history.size() - 60);
      throw new AssertionError(
          """
          %s
          replay: mvn -pl cluster test -Dtest=ElectionSimulationTest -Dshunt.sim.seed=%d -Dshunt.sim.members=%d
          %s\
          """
              .formatted(
                  message, seed, size(), String.join("\n", history.subList(from, history.size()))));
    }
  }
}
