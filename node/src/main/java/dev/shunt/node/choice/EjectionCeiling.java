package dev.shunt.node.choice;

import dev.shunt.node.Server;
import dev.shunt.node.ServerPool;
import dev.shunt.node.ServerState;
import java.util.BitSet;
import java.util.List;

/**
 * How many servers may be ejected: no more than a part of them, and never the last one that takes
 * requests, of the service or of a group of servers that some requests are for.
 */
public final class EjectionCeiling {

  private final int percent;
  private final List<BitSet> groups;

  /**
   * @param percent of the servers
   */
  public EjectionCeiling(int percent, List<BitSet> groups) {
    this.percent = percent;
    this.groups = List.copyOf(groups);
  }

  /** Whether a server may be ejected as things are. */
  public boolean allows(ServerPool pool, int server) {
    long ejected = pool.servers().stream().filter(Server::ejected).count();
    return (ejected + 1) * 100 <= (long) percent * pool.size() && !isNeeded(pool, server);
  }

  /** Whether there are requests that no other server takes. */
  public boolean isNeeded(ServerPool pool, int server) {
    BitSet takes = new BitSet();
    for (int i = 0; i < pool.size(); i++) {
      takes.set(i, i != server && pool.server(i).state() == ServerState.UP);
    }
    return takes.isEmpty()
        || groups.stream().anyMatch(group -> group.get(server) && !group.intersects(takes));
  }
}
