package dev.shunt.cluster.election;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Lease;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Membership;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** A machine with a clock of its own speed that can be frozen, killed and started again. */
final class SimulatedMember implements Membership.Listener {

  /** Clocks differ by up to this share, far worse than quartz, within the lease's margin. */
  static final double CLOCK_DRIFT = 0.004;

  final MemberId id;
  private final Simulation simulation;
  private final ClusterConfig config;
  private final long clockOffset;
  private final double clockRate;
  private final Deque<ObjLongConsumer<ElectionMachine>> backlog = new ArrayDeque<>();

  private @Nullable ElectionMachine machine;
  private boolean frozen;
  private long tickVersion;
  private boolean eligible = true;
  private int life;

  /** True instant until which anybody could take this member, or its kernel, for the scheduler. */
  long claimUntil = Long.MIN_VALUE;

  SimulatedMember(Simulation simulation, ClusterConfig config) {
    this.simulation = simulation;
    this.config = config;
    this.id = config.self();
    this.clockOffset = simulation.random.nextLong(1L << 40);
    this.clockRate = 1 + (simulation.random.nextDouble() - 0.5) * CLOCK_DRIFT;
  }

  boolean alive() {
    return machine != null;
  }

  boolean running() {
    return machine != null && !frozen;
  }

  ElectionMachine machine() {
    if (machine == null) {
      throw new IllegalStateException(id + " is down");
    }
    return machine;
  }

  long clock() {
    return clockOffset + (long) (simulation.now() * clockRate);
  }

  long trueInstant(long clock) {
    return (long) ((clock - clockOffset) / clockRate);
  }

  void start() {
    life++;
    frozen = false;
    backlog.clear();
    machine = new ElectionMachine(config, simulation.random.nextLong(), clock(), this::send, this);
    step((m, now) -> m.publish(eligible, Map.of("life", String.valueOf(life)), now));
  }

  /** A killed member's kernel still holds the lease that was written to it. */
  void kill() {
    machine = null;
    backlog.clear();
  }

  void freeze() {
    frozen = true;
  }

  void thaw() {
    frozen = false;
    while (running() && !backlog.isEmpty()) {
      step(backlog.remove());
    }
    step(ElectionMachine::tick);
  }

  void publish(boolean mayBecomeScheduler) {
    eligible = mayBecomeScheduler;
    step((m, now) -> m.publish(eligible, Map.of("life", String.valueOf(life)), now));
  }

  void onPresent(Set<MemberId> present) {
    step((m, now) -> m.onPresent(present, now));
  }

  /** Does something with the machine, as soon as the member runs. */
  void step(ObjLongConsumer<ElectionMachine> action) {
    ElectionMachine current = machine;
    if (current == null) {
      return;
    }
    if (frozen) {
      backlog.add(action);
      return;
    }
    action.accept(current, clock());
    long version = ++tickVersion;
    long due = trueInstant(current.nextDue()) + simulation.random.nextLong(2_000_000);
    simulation.at(Math.max(due, simulation.now()), () -> tick(version));
  }

  private void tick(long version) {
    if (version == tickVersion) {
      step(ElectionMachine::tick);
    }
  }

  private void send(MemberId to, Message message) {
    simulation.network.send(id, to, message);
  }

  @Override
  public void onView(MemberView view) {}

  @Override
  public void onLeadership(Leadership leadership) {}

  @Override
  public void onLease(Lease lease) {
    claimUntil = lease.heldAt(clock()) ? trueInstant(lease.deadlineNanos()) : simulation.now();
    simulation.checkLease(this, lease);
  }
}
