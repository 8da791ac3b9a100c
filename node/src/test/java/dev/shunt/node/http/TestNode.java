package dev.shunt.node.http;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.BufferLeaks;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.HttpService;
import dev.shunt.node.Listener;
import dev.shunt.node.NodeConfig;
import dev.shunt.node.NodeException;
import dev.shunt.node.Server;
import dev.shunt.node.ServiceStats;
import dev.shunt.node.StageProvider;
import dev.shunt.node.TransportChoice;
import dev.shunt.node.tls.TlsLibrary;
import dev.shunt.replication.BindingTables;
import dev.shunt.replication.local.LocalBindings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A node with one service on loopback; a buffer that it leaked fails its closing. */
final class TestNode implements AutoCloseable {

  static final String SERVICE = "web";
  static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** Nodes that are open hold what would be a leak. */
  private static final AtomicInteger OPEN = new AtomicInteger();

  private final NettyNode node;

  TestNode(NettyNode node) {
    this.node = node;
    OPEN.incrementAndGet();
  }

  /** In front of these servers, without health checks, as {@code change} has it. */
  static TestNode before(UnaryOperator<HttpService> change, InetSocketAddress... servers)
      throws NodeException {
    return before(TransportChoice.AUTO, change, servers);
  }

  static TestNode before(
      TransportChoice transport, UnaryOperator<HttpService> change, InetSocketAddress... servers)
      throws NodeException {
    return before(transport, TlsLibrary.best(), KEY, change, servers);
  }

  static TestNode with(
      TlsLibrary library, UnaryOperator<HttpService> change, InetSocketAddress... servers)
      throws NodeException {
    return before(TransportChoice.AUTO, library, KEY, change, servers);
  }

  static TestNode withSecret(
      byte[] secret, UnaryOperator<HttpService> change, InetSocketAddress... servers)
      throws NodeException {
    return before(TransportChoice.AUTO, TlsLibrary.best(), secret, change, servers);
  }

  /** With tables that another node may share. */
  static TestNode sharing(
      BindingTables tables, UnaryOperator<HttpService> change, InetSocketAddress... servers)
      throws NodeException {
    return before(
        TransportChoice.AUTO,
        TlsLibrary.best(),
        KEY,
        UnaryOperator.identity(),
        tables,
        change,
        servers);
  }

  /** With a bound of what waits in memory. */
  static TestNode holding(
      long most, UnaryOperator<HttpService> change, InetSocketAddress... servers)
      throws NodeException {
    return changed(node -> node.withBufferedBytes(most), change, servers);
  }

  static TestNode withPlugins(
      List<StageProvider> plugins, UnaryOperator<HttpService> change, InetSocketAddress... servers)
      throws NodeException {
    return changed(node -> node.withPlugins(plugins), change, servers);
  }

  /** With several event loops, and the time from a clock. */
  static TestNode at(
      InstantSource clock,
      int loops,
      UnaryOperator<HttpService> change,
      InetSocketAddress... servers)
      throws NodeException {
    return before(
        TransportChoice.AUTO,
        TlsLibrary.best(),
        KEY,
        node ->
            new NodeConfig(
                node.services(),
                loops,
                node.transport(),
                node.cookieKey(),
                node.ticketKey(),
                node.drainTime()),
        new LocalBindings(InstantSource.system()),
        clock,
        change,
        servers);
  }

  private static TestNode changed(
      UnaryOperator<NodeConfig> node,
      UnaryOperator<HttpService> change,
      InetSocketAddress... servers)
      throws NodeException {
    return before(
        TransportChoice.AUTO,
        TlsLibrary.best(),
        KEY,
        node,
        new LocalBindings(InstantSource.system()),
        change,
        servers);
  }

  private static TestNode before(
      TransportChoice transport,
      TlsLibrary library,
      byte[] secret,
      UnaryOperator<HttpService> change,
      InetSocketAddress... servers)
      throws NodeException {
    BindingTables tables = new LocalBindings(InstantSource.system());
    return before(transport, library, secret, UnaryOperator.identity(), tables, change, servers);
  }

  private static TestNode before(
      TransportChoice transport,
      TlsLibrary library,
      byte[] secret,
      UnaryOperator<NodeConfig> with,
      BindingTables tables,
      UnaryOperator<HttpService> change,
      InetSocketAddress... servers)
      throws NodeException {
    return before(
        transport, library, secret, with, tables, InstantSource.system(), change, servers);
  }

  private static TestNode before(
      TransportChoice transport,
      TlsLibrary library,
      byte[] secret,
      UnaryOperator<NodeConfig> with,
      BindingTables tables,
      InstantSource clock,
      UnaryOperator<HttpService> change,
      InetSocketAddress... servers)
      throws NodeException {
    List<Server> list = new ArrayList<>();
    for (int i = 0; i < servers.length; i++) {
      list.add(new Server("s" + (i + 1), servers[i], 1));
    }
    HttpService service =
        HttpService.of(SERVICE, List.of(Listener.on(loopback(0))), list).with(HealthCheck.none());
    NettyNode node =
        new NettyNode(
            with.apply(
                new NodeConfig(
                    List.of(change.apply(service)),
                    1,
                    transport,
                    secret::clone,
                    secret::clone,
                    Duration.ofSeconds(5))),
            Ticker.system(),
            clock,
            new Random(1),
            tables,
            library);
    node.start();
    return new TestNode(node);
  }

  static TestNode before(InetSocketAddress... servers) throws NodeException {
    return before(UnaryOperator.identity(), servers);
  }

  static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** An address where nobody listens. */
  static InetSocketAddress deadAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }
  }

  NettyNode node() {
    return node;
  }

  InetSocketAddress address() {
    return node.addresses(SERVICE).getFirst();
  }

  RawClient client() throws IOException {
    return new RawClient(address());
  }

  ServiceStats stats() {
    return node.stats().services().getFirst();
  }

  @Override
  public void close() {
    node.close(Duration.ofMillis(100));
    if (OPEN.decrementAndGet() == 0) {
      BufferLeaks.check();
    }
  }
}
