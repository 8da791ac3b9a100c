package dev.shunt.node.http;

import dev.shunt.node.NormalPath;
import dev.shunt.node.RoutingRule;
import dev.shunt.node.Server;
import dev.shunt.node.ServerPool;
import java.util.BitSet;
import java.util.List;

/** Which servers are for which request: a service's rules in their order. Immutable. */
final class RouteTable {

  private final RuleMatcher[] rules;
  private final List<BitSet> groups;

  /**
   * @param servers of the service, by whose index groups are told
   */
  RouteTable(List<RoutingRule> rules, List<Server> servers) {
    this.rules = rules.stream().map(RuleMatcher::new).toArray(RuleMatcher[]::new);
    this.groups = rules.stream().map(r -> ServerPool.indices(servers, r.servers())).toList();
  }

  /** Each rule's servers, by their index. */
  List<BitSet> groups() {
    return groups;
  }

  /**
   * The number of the first rule that holds, or {@link ServerGroups#ALL}.
   *
   * @param path is written over
   */
  int group(HttpHead head, NormalPath path) {
    if (rules.length > 0) {
      var _ = readPath(head, path);
    }
    for (int i = 0; i < rules.length; i++) {
      if (rules[i].matches(head, path)) {
        return i;
      }
    }
    return ServerGroups.ALL;
  }

  /**
   * Reads the path of a target that {@link RequestRules#check} has let through; where it ends, is
   * returned.
   */
  static int readPath(HttpHead head, NormalPath path) {
    int end = head.targetEnd;
    int from = head.targetStart;
    if (head.bytes[from] != '/' && head.bytes[from] != '*') {
      // A scheme and an authority.
      from = indexOf(head.bytes, ':', from, end) + 3;
      while (from < end && head.bytes[from] != '/' && head.bytes[from] != '?') {
        from++;
      }
    }
    int query = indexOf(head.bytes, '?', from, end);
    path.read(head.bytes, from, query);
    return query;
  }

  private static int indexOf(byte[] in, char wanted, int from, int to) {
    int at = from;
    while (at < to && in[at] != wanted) {
      at++;
    }
    return at;
  }
}
