package dev.shunt.node.http;

import dev.shunt.node.Balancing;
import dev.shunt.node.HttpService;
import dev.shunt.node.ServerPool;
import dev.shunt.node.StageFactory;
import dev.shunt.node.choice.HashRanks;
import dev.shunt.node.choice.Outcomes;
import dev.shunt.node.choice.Ramp;
import dev.shunt.node.tcp.SniTable;
import dev.shunt.node.tls.TlsClient;
import dev.shunt.node.tls.TlsFront;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A service as all event loops share it: its configuration and the current server pool. */
final class ServiceRuntime {

  private final HttpService config;
  private final List<StageFactory> stages;
  private final StageMeters meters;
  private final @Nullable TlsFront tls;
  private final @Nullable TlsClient serverTls;
  private final @Nullable SniTable names;
  private final RouteTable routes;
  private final @Nullable HashRanks ranks;
  private final @Nullable AdmissionGate gate;
  private final @Nullable Ramp ramp;
  private final @Nullable Outcomes outcomes;
  private final AtomicReference<ServerPool> pool;
  private final AtomicInteger clients = new AtomicInteger();
  private final @Nullable ClientCounts perClient;
  private volatile IntConsumer onConnectFailure = server -> {};

  /**
   * @param meters what the stages tell of themselves
   * @param tls towards clients, if they are encrypted
   * @param serverTls towards servers, if they are encrypted
   */
  ServiceRuntime(
      HttpService config,
      List<StageFactory> stages,
      StageMeters meters,
      @Nullable TlsFront tls,
      @Nullable TlsClient serverTls) {
    this.config = config;
    this.tls = tls;
    this.serverTls = serverTls;
    this.stages = List.copyOf(stages);
    this.meters = meters;
    this.names =
        config
            .tcp()
            .filter(relay -> !relay.routes().isEmpty())
            .map(relay -> new SniTable(relay, config.servers()))
            .orElse(null);
    this.routes = new RouteTable(config.routing().rules(), config.servers());
    this.ranks =
        config.routing().balancing() == Balancing.HASH ? new HashRanks(config.servers()) : null;
    this.gate = config.policy().goal().map(g -> new AdmissionGate(g, config.name())).orElse(null);
    int most = config.limits().connectionsPerClient();
    this.perClient = most == 0 ? null : new ClientCounts(most);
    int servers = config.servers().size();
    long slowStart = config.policy().slowStart().toNanos();
    this.ramp = slowStart == 0 ? null : new Ramp(slowStart, servers);
    this.outcomes = config.policy().ejection().map(e -> new Outcomes(e, servers)).orElse(null);
    this.pool = new AtomicReference<>(new ServerPool(config.servers()));
  }

  HttpService config() {
    return config;
  }

  List<StageFactory> stages() {
    return stages;
  }

  StageMeters meters() {
    return meters;
  }

  @Nullable TlsFront tls() {
    return tls;
  }

  @Nullable TlsClient serverTls() {
    return serverTls;
  }

  /** Which servers are for which server name, where the service's clients choose by it. */
  @Nullable SniTable names() {
    return names;
  }

  /** Which servers are for which request. */
  RouteTable routes() {
    return routes;
  }

  /** Sets of servers by their indices, out of which one is chosen by name or by rule. */
  List<BitSet> groups() {
    return names == null ? routes.groups() : names.groups();
  }

  /** Which servers a key has, if those decide. */
  @Nullable HashRanks ranks() {
    return ranks;
  }

  /** What admits new sessions, if not all are. */
  @Nullable AdmissionGate gate() {
    return gate;
  }

  /** The shares of servers that have come back, if those grow. */
  @Nullable Ramp ramp() {
    return ramp;
  }

  /** How servers fare, if those that fail are ejected. */
  @Nullable Outcomes outcomes() {
    return outcomes;
  }

  /** A server takes requests again. */
  void cameBack(int server, long now) {
    if (ramp != null) {
      ramp.begin(server, now);
    }
  }

  ServerPool pool() {
    return pool.getAcquire();
  }

  void changePool(UnaryOperator<ServerPool> change) {
    pool.updateAndGet(change);
  }

  /** Counts a client connection in; false, and not counted, when there are too many. */
  boolean admitClient() {
    if (clients.incrementAndGet() > config.limits().clientConnections()) {
      clients.decrementAndGet();
      return false;
    }
    return true;
  }

  /** The connections or sessions of each client, where they are limited. */
  @Nullable ClientCounts perClient() {
    return perClient;
  }

  void clientLeft() {
    clients.decrementAndGet();
  }

  /** Who is told that a server did not accept a connection. */
  void onConnectFailure(IntConsumer listener) {
    onConnectFailure = listener;
  }

  void connectFailed(int server) {
    onConnectFailure.accept(server);
  }
}
