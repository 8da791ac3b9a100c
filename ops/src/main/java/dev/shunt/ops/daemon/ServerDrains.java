package dev.shunt.ops.daemon;

import dev.shunt.node.Node;
import dev.shunt.replication.ArrayState.Drained;
import dev.shunt.replication.ArrayState.Kind;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the node follow what the array has decided about servers. Used by one thread. */
public final class ServerDrains {

  private static final Logger log = LoggerFactory.getLogger(ServerDrains.class);

  private final Node node;
  private final Set<String> direct;
  private Set<String> drained = Set.of();

  /**
   * @param direct services whose servers the node knows nothing of
   */
  public ServerDrains(Node node, Set<String> direct) {
    this.node = node;
    this.direct = Set.copyOf(direct);
  }

  /** The servers among those drained, as {@link #name} calls them. */
  static Set<String> names(Set<Drained> drained) {
    return drained.stream()
        .filter(d -> d.kind() == Kind.SERVER)
        .map(Drained::name)
        .collect(Collectors.toSet());
  }

  /** How a server is called in the array's state. */
  static Drained name(String service, String server) {
    return new Drained(Kind.SERVER, service + "/" + server);
  }

  void follow(Set<Drained> wanted) {
    Set<String> next =
        names(wanted).stream()
            .filter(name -> !direct.contains(name.substring(0, Math.max(0, name.indexOf('/')))))
            .collect(Collectors.toSet());
    if (next.equals(drained)) {
      return;
    }
    Set<String> changed = new HashSet<>(next);
    changed.addAll(drained);
    for (String name : changed) {
      if (next.contains(name) != drained.contains(name)) {
        tell(name, next.contains(name));
      }
    }
    drained = next;
  }

  private void tell(String name, boolean drain) {
    int slash = name.indexOf('/');
    try {
      if (drain) {
        node.drainServer(name.substring(0, slash), name.substring(slash + 1));
      } else {
        node.undrainServer(name.substring(0, slash), name.substring(slash + 1));
      }
    } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
      // The array may remember a server that the configuration no longer has.
      log.info("drained server '{}' is not configured here", name);
    }
  }
}
