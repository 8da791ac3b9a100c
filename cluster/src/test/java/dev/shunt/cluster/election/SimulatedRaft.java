package dev.shunt.cluster.election;

import dev.shunt.cluster.MemberId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What JGroups and raft would report: views that come late, one leader per term, leaders that do
 * not know yet that they were replaced, and votes that come to nothing.
 */
final class SimulatedRaft {

  private final Simulation simulation;
  private @Nullable MemberId leader;
  private long term = 1;

  SimulatedRaft(Simulation simulation) {
    this.simulation = simulation;
  }

  /** Something broke or came back: everybody notices after a while, each at its own time. */
  void reachabilityChanged() {
    for (SimulatedMember member : simulation.members()) {
      simulation.after(50, 500, () -> see(member));
    }
    simulation.after(60, 600, this::electIfNeeded);
  }

  /** Nobody is leader by right of a former life. */
  void killed(MemberId id) {
    if (id.equals(leader)) {
      leader = null;
    }
  }

  void elect() {
    List<SimulatedMember> able =
        simulation.members().stream()
            .filter(m -> m.running() && reachable(m).size() > simulation.size() / 2)
            .toList();
    if (able.isEmpty()) {
      return;
    }
    SimulatedMember chosen = able.get(simulation.random.nextInt(able.size()));
    MemberId former = leader;
    leader = chosen.id;
    long elected = ++term;
    chosen.step((m, now) -> m.onRaftRole(true, elected, now));
    if (former != null && !former.equals(chosen.id)) {
      simulation.after(1, 1_500, () -> demote(former));
    }
  }

  private void electIfNeeded() {
    boolean valid =
        Optional.ofNullable(leader)
            .map(simulation::member)
            .filter(m -> m.running() && reachable(m).size() > simulation.size() / 2)
            .isPresent();
    // As the real one: a vote that comes to nothing is not repeated before the next view.
    if (!valid && simulation.random.nextInt(4) != 0) {
      elect();
    }
  }

  private void see(SimulatedMember member) {
    if (!member.running()) {
      return;
    }
    Set<MemberId> seen = reachable(member);
    member.onPresent(seen);
    if (seen.size() <= simulation.size() / 2) {
      demote(member.id);
    }
  }

  private void demote(MemberId id) {
    long seen = term;
    if (!id.equals(leader)) {
      simulation.member(id).step((m, now) -> m.onRaftRole(false, seen, now));
    } else if (simulation.member(id).running()
        && reachable(simulation.member(id)).size() <= simulation.size() / 2) {
      leader = null;
      simulation.member(id).step((m, now) -> m.onRaftRole(false, seen, now));
    }
  }

  private Set<MemberId> reachable(SimulatedMember from) {
    Set<MemberId> reachable = new TreeSet<>();
    for (SimulatedMember other : simulation.members()) {
      if (other.running() && simulation.network.connected(from.id, other.id)) {
        reachable.add(other.id);
      }
    }
    reachable.add(from.id);
    return reachable;
  }
}
