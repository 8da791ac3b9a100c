package dev.shunt.node.http;

import dev.shunt.node.HttpService;
import dev.shunt.node.ServerPool;
import dev.shunt.node.StageFactory;
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
  private final @Nullable TlsFront tls;
  private final @Nullable TlsClient serverTls;
  private final @Nullable SniTable names;
  private final RouteTable routes;
  private final AtomicReference<ServerPool> pool;
  private final AtomicInteger clients = new AtomicInteger();
  private volatile IntConsumer onConnectFailure = server -> {};

  /**
   * @param tls towards clients, if they are encrypted
   * @param serverTls towards servers, if they are encrypted
   */
  ServiceRuntime(
      HttpService config,
      List<StageFactory> stages,
      @Nullable TlsFront tls,
      @Nullable TlsClient serverTls) {
    this.config = config;
    this.tls = tls;
    this.serverTls = serverTls;
    this.stages = List.copyOf(stages);
    this.names =
        config
            .tcp()
            .filter(relay -> !relay.routes().isEmpty())
            .map(relay -> new SniTable(relay, config.servers()))
            .orElse(null);
    this.routes = new RouteTable(config.routing().rules(), config.servers());
    this.pool = new AtomicReference<>(new ServerPool(config.servers()));
  }

  HttpService config() {
    return config;
  }

  List<StageFactory> stages() {
    return stages;
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
