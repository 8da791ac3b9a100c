package dev.shunt.node.http;

import dev.shunt.node.Exchange;
import dev.shunt.node.ServerPool;
import java.util.List;

/** Which servers an exchange may have: the preferred one, those tried, and the one it has. */
final class ServerChoice {

  private static final ServerPool NO_POOL = new ServerPool(List.of());

  private final ServiceLoop service;
  private final int[] tried;
  private ServerPool pool = NO_POOL;
  private int group = ServerGroups.ALL;
  private int triedCount;
  private int preferred;
  private int current;

  ServerChoice(ServiceLoop service) {
    this.service = service;
    this.tried = new int[service.limits.attempts()];
  }

  /** A new request, for which the rules have a say: nothing is tried or preferred yet. */
  void begin(HttpHead head) {
    group = service.runtime.routes().group(head, service.path);
    pool = service.groups.pool(group);
    triedCount = 0;
    preferred = Exchange.NO_SERVER;
    current = Exchange.NO_SERVER;
  }

  /** A request that no server is chosen for. */
  void none() {
    pool = NO_POOL;
    triedCount = 0;
    preferred = Exchange.NO_SERVER;
    current = Exchange.NO_SERVER;
  }

  int tries() {
    return triedCount;
  }

  /** The number of the rule that holds, or {@link ServerGroups#ALL}. */
  int rule() {
    return group;
  }

  ServerPool pool() {
    return pool;
  }

  void prefer(int wanted) {
    if (wanted < 0 || wanted >= pool.size()) {
      throw new IllegalArgumentException(
          "server index: found %d, allowed is 0 to %d".formatted(wanted, pool.size() - 1));
    }
    preferred = wanted;
  }

  /** Whether the rules let the request go to a server. */
  boolean allows(int server) {
    return service.groups.has(group, server);
  }

  int preferred() {
    return preferred;
  }

  /** The server that was chosen last, or {@link Exchange#NO_SERVER}. */
  int current() {
    return current;
  }

  /** Whether any server has been tried. */
  boolean anyTried() {
    return triedCount > 0;
  }

  /** The next server to try, or {@link Exchange#NO_SERVER} when there is none or enough were. */
  int next() {
    int chosen = triedCount == tried.length ? Exchange.NO_SERVER : choose();
    if (chosen != Exchange.NO_SERVER) {
      if (triedCount > 0) {
        service.counters.increment(Count.RETRIES);
      }
      current = chosen;
      tried[triedCount++] = chosen;
    }
    return chosen;
  }

  private int choose() {
    if (triedCount == 0
        && preferred != Exchange.NO_SERVER
        && allows(preferred)
        && pool.server(preferred).state().keepsSessions()
        && service.slot(preferred).hasRoom()) {
      return preferred;
    }
    ServerPool now = triedCount == 0 ? pool : service.groups.pool(group);
    return service.choose(now, tried, triedCount);
  }
}
