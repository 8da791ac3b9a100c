package dev.shunt.cluster.election;

import dev.shunt.cluster.MemberId;
import java.util.HashSet;
import java.util.Set;

/** Loses, doubles, delays and reorders; can be cut between any two members, one way or both. */
final class SimulatedNetwork {

  private record Link(MemberId from, MemberId to) {}

  private static final long USUAL_DELAY = 2_000_000;
  private static final long RARE_DELAY = 400_000_000;

  private final Simulation simulation;
  private final Set<Link> cut = new HashSet<>();
  private final Set<Link> mute = new HashSet<>();
  double loss;

  SimulatedNetwork(Simulation simulation) {
    this.simulation = simulation;
  }

  void cut(MemberId from, MemberId to) {
    cut.add(new Link(from, to));
  }

  /** Nothing goes from one to the other, and the group, led by somebody else, keeps both. */
  void mute(MemberId from, MemberId to) {
    mute.add(new Link(from, to));
  }

  void heal() {
    cut.clear();
    mute.clear();
    loss = 0;
  }

  boolean connected(MemberId a, MemberId b) {
    return a.equals(b) || (!cut.contains(new Link(a, b)) && !cut.contains(new Link(b, a)));
  }

  void send(MemberId from, MemberId to, Message message) {
    var random = simulation.random;
    Link link = new Link(from, to);
    int copies = random.nextInt(50) == 0 ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      if (cut.contains(link) || mute.contains(link) || random.nextDouble() < loss) {
        continue;
      }
      boolean late = loss > 0 && random.nextInt(100) == 0;
      long delay = 50_000 + random.nextLong(late ? RARE_DELAY : USUAL_DELAY);
      simulation.at(
          simulation.now() + delay,
          () -> simulation.member(to).step((m, now) -> m.onMessage(from, message, now)));
    }
  }
}
