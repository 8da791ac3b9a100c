package dev.shunt.node.http;

import dev.shunt.node.Exchange;
import dev.shunt.node.ExplainedRequest.Result;
import dev.shunt.node.ExplainedRequest.Why;
import dev.shunt.node.ServerPool;
import dev.shunt.node.choice.KeyHash;
import java.net.InetSocketAddress;
import java.util.List;

/** Which servers an exchange may have: the preferred one, those tried, and the one it has. */
final class ServerChoice {

  private static final ServerPool NO_POOL = new ServerPool(List.of());

  private final ServiceLoop service;
  private final int[] tried;
  private final InetSocketAddress remote;
  private final long client;
  private ServerPool pool = NO_POOL;
  private int group = ServerGroups.ALL;
  private int triedCount;
  private boolean triedSameAgain;
  private boolean connectTimedOut;
  private int preferred;
  private int preferring;
  private int current;
  private long key = KeyHash.NONE;
  private RequestEntry entry;

  ServerChoice(ServiceLoop service, InetSocketAddress remote) {
    this.service = service;
    this.remote = remote;
    this.client = service.clientKey(remote.getAddress());
    this.tried = new int[service.limits.attempts()];
    this.entry = service.worker.history().none();
  }

  /**
   * A new request, for which the rules have a say: nothing is tried or preferred yet.
   *
   * @param told where it is remembered
   */
  void begin(HttpHead head, RequestEntry told) {
    entry = told;
    group = service.runtime.routes().group(head, service.path);
    entry.rule(group);
    pool = service.groups.pool(group);
    triedCount = 0;
    triedSameAgain = false;
    connectTimedOut = false;
    preferred = Exchange.NO_SERVER;
    current = Exchange.NO_SERVER;
    key = service.key(head, client);
  }

  /** A request that no server is chosen for. */
  void begin() {
    entry = service.worker.history().none();
    pool = NO_POOL;
    triedCount = 0;
    preferred = Exchange.NO_SERVER;
    current = Exchange.NO_SERVER;
  }

  /** Whose requests they are. */
  InetSocketAddress remote() {
    return remote;
  }

  int tries() {
    return triedCount;
  }

  ServerPool pool() {
    return pool;
  }

  /**
   * @param stage the number of the stage that asks
   */
  void prefer(int wanted, int stage) {
    if (wanted < 0 || wanted >= pool.size()) {
      throw new IllegalArgumentException(
          "server index: found %d, allowed is 0 to %d".formatted(wanted, pool.size() - 1));
    }
    preferred = wanted;
    preferring = stage;
    entry.preferred(wanted, stage);
  }

  /** Whether the rules let the request go to a server. */
  boolean allows(int server) {
    return service.groups.has(group, server);
  }

  /** The number of the rule that the request is for, or {@link Exchange#NO_RULE}. */
  int rule() {
    return group == ServerGroups.ALL ? Exchange.NO_RULE : group;
  }

  /** The number of the stage that prefers it. */
  int preferring() {
    return preferring;
  }

  int preferred() {
    return preferred;
  }

  /** The server that was chosen last, or {@link Exchange#NO_SERVER}. */
  int current() {
    return current;
  }

  /** What became of the last attempt. */
  void result(Result of) {
    entry.result(of);
  }

  /** No server has the request any more. */
  void noServer() {
    current = Exchange.NO_SERVER;
  }

  /** Whether a server has been tried, the current one included. */
  boolean tried(int server) {
    for (int i = 0; i < triedCount; i++) {
      if (tried[i] == server) {
        return true;
      }
    }
    return false;
  }

  /** The server that was chosen last accepted no connection. */
  void notConnected(boolean timedOut) {
    connectTimedOut = timedOut;
    entry.result(timedOut ? Result.CONNECT_TIMED_OUT : Result.CONNECT_FAILED);
  }

  /**
   * Whether the same server is asked once more, over a new connection: that it closed an old one
   * says nothing against it.
   */
  boolean triesSameAgain() {
    if (triedSameAgain || !service.retries.allows()) {
      return false;
    }
    triedSameAgain = true;
    entry.result(Result.CLOSED_WITHOUT_RESPONSE);
    entry.tries(current, Why.AGAIN, service.slot(current).active(), service.worker.now());
    return true;
  }

  /** What the client gets when there is no next server. */
  Answer none() {
    String id = entry.idText();
    if (triedCount == 0) {
      service.counters.increment(Count.NO_SERVER);
      return Answer.error(503, "no server takes requests", id);
    }
    if (connectTimedOut) {
      service.counters.increment(Count.TIMEOUTS);
      return Answer.error(504, "no server accepted a connection in time", id);
    }
    return Answer.error(502, "no server accepted a connection", id);
  }

  /** The next server to try, or {@link Exchange#NO_SERVER} when there is none or enough were. */
  int next() {
    int chosen = triedCount == tried.length ? Exchange.NO_SERVER : choose();
    if (chosen != Exchange.NO_SERVER && triedCount > 0 && !service.retries.allows()) {
      chosen = Exchange.NO_SERVER;
    }
    if (chosen != Exchange.NO_SERVER) {
      Why why = triedCount == 0 && chosen == preferred ? Why.PREFERRED : Why.BALANCED;
      entry.tries(chosen, why, service.slot(chosen).active(), service.worker.now());
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
    return service.choose(now, tried, triedCount, key);
  }
}
