package dev.shunt.node.tcp;

import dev.shunt.node.Server;
import dev.shunt.node.ServerPool;
import dev.shunt.node.SniRoute;
import dev.shunt.node.TcpRelay;
import dev.shunt.node.tls.HostNames;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which group of servers is for which server name. Immutable. */
public final class SniTable {

  /** No group. */
  public static final int NONE = -1;

  private final HostNames<Integer> names = new HostNames<>();
  private final List<BitSet> groups = new ArrayList<>();
  private final int otherwise;

  /**
   * @param servers of the service, by whose index groups are told
   */
  public SniTable(TcpRelay relay, List<Server> servers) {
    for (SniRoute route : relay.routes()) {
      names.add(Set.copyOf(route.names()), add(route.servers(), servers));
    }
    otherwise = relay.otherwise().isEmpty() ? NONE : add(relay.otherwise(), servers);
  }

  private int add(List<String> chosen, List<Server> servers) {
    groups.add(ServerPool.indices(servers, chosen));
    return groups.size() - 1;
  }

  /** Each group's servers, by their index. */
  public List<BitSet> groups() {
    return groups;
  }

  /**
   * The group for a name in lower case: its own, else that of a wildcard for its first label, else
   * the one for all others, or {@link #NONE}.
   */
  public int group(@Nullable String name) {
    Integer own = name == null ? null : names.find(name);
    return own == null ? otherwise : own;
  }
}
