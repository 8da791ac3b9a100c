package dev.shunt.node.http;

import dev.shunt.node.ServerPool;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server pools of a service's groups, made again when the service's has changed; one loop. */
final class ServerGroups {

  /** No group: all servers. */
  static final int ALL = -1;

  private final ServiceRuntime runtime;
  private final List<BitSet> groups;
  private @Nullable ServerPool madeOf;
  private ServerPool[] pools = {};

  ServerGroups(ServiceRuntime runtime) {
    this.runtime = runtime;
    this.groups = runtime.groups();
  }

  /**
   * The servers as they are now; those outside of the group take nothing new.
   *
   * @param group by its number, or {@link #ALL}
   */
  @SuppressWarnings("ReferenceEquality") // A change makes another pool.
  ServerPool pool(int group) {
    ServerPool current = runtime.pool();
    if (group == ALL) {
      return current;
    }
    if (madeOf != current) {
      pools = groups.stream().map(current::only).toArray(ServerPool[]::new);
      madeOf = current;
    }
    return pools[group];
  }

  /** Whether a server is one of the group. */
  boolean has(int group, int server) {
    return group == ALL || groups.get(group).get(server);
  }
}
