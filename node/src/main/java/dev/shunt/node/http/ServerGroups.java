package dev.shunt.node.http;

import dev.shunt.node.ServerPool;
import dev.shunt.node.tcp.SniTable;
import org.jspecify.annotations.Nullable;

/** The server pools of a service's groups, made again when the service's has changed; one loop. */
final class ServerGroups {

  private final ServiceRuntime runtime;
  private @Nullable ServerPool madeOf;
  private ServerPool[] pools = {};

  ServerGroups(ServiceRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * The servers as they are now; those outside of the group take nothing new.
   *
   * @param group see {@link SniTable}; {@link SniTable#NONE} is all servers
   */
  @SuppressWarnings("ReferenceEquality") // A change makes another pool.
  ServerPool pool(int group) {
    ServerPool current = runtime.pool();
    SniTable names = runtime.names();
    if (group == SniTable.NONE || names == null) {
      return current;
    }
    if (madeOf != current) {
      pools = names.groups().stream().map(current::only).toArray(ServerPool[]::new);
      madeOf = current;
    }
    return pools[group];
  }
}
