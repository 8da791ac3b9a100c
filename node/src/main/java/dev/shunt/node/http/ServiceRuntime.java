package dev.shunt.node.http;

import dev.shunt.node.HttpService;
import dev.shunt.node.ServerPool;
import dev.shunt.node.Stage;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A service as all event loops share it: its configuration and the current server pool. */
final class ServiceRuntime {

  private final HttpService config;
  private final List<Supplier<Stage>> stages;
  private final AtomicReference<ServerPool> pool;
  private final AtomicInteger clients = new AtomicInteger();
  private volatile IntConsumer onConnectFailure = server -> {};

  ServiceRuntime(HttpService config, List<Supplier<Stage>> stages) {
    this.config = config;
    this.stages = List.copyOf(stages);
    this.pool = new AtomicReference<>(new ServerPool(config.servers()));
  }

  HttpService config() {
    return config;
  }

  List<Supplier<Stage>> stages() {
    return stages;
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
