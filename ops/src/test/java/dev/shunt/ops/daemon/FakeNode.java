package dev.shunt.ops.daemon;

import dev.shunt.node.ExplainedRequest;
import dev.shunt.node.LatencyStats;
import dev.shunt.node.Node;
import dev.shunt.node.NodeStats;
import dev.shunt.node.ResponseStore;
import dev.shunt.node.Server;
import dev.shunt.node.ServiceStats;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A node of one service, "web", with servers as they are set. Thread-safe. */
final class FakeNode implements Node {

  /** Requests by their ids. */
  final Map<String, ExplainedRequest> remembered = new ConcurrentHashMap<>();

  /** What its services keep of responses, by their names. */
  final Map<String, ResponseStore> stores = new ConcurrentHashMap<>();

  private final Map<String, Server> servers = new ConcurrentHashMap<>();
  private volatile boolean failing;
  private volatile boolean failed;
  private volatile LatencyStats latency = new LatencyStats(0, 0, 0, 0, 0, 0, 0);

  /** Adds or replaces a server. */
  void set(String name, boolean healthy, boolean drained) {
    var address = new InetSocketAddress(InetAddress.ofLiteral("10.77.0.21"), 8080);
    servers.put(name, new Server(name, address, 1, healthy, drained));
  }

  LatencyStats latency() {
    return latency;
  }

  /** How long its requests took, from now on. */
  void latency(LatencyStats changed) {
    latency = changed;
  }

  /** Asking for servers fails from now on, or no longer. */
  void fail(boolean now) {
    failing = now;
  }

  /** Whether somebody has met a failure. */
  boolean failed() {
    return failed;
  }

  Server server(String name) {
    Server found = servers.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no server " + name);
    }
    return found;
  }

  @Override
  public List<Server> servers(String service) {
    if (!service.equals("web")) {
      throw new IllegalArgumentException("no service " + service);
    }
    if (failing) {
      failed = true;
      throw new IllegalStateException("the node fails on purpose");
    }
    return List.copyOf(servers.values());
  }

  @Override
  public void drainServer(String service, String server) {
    set(server, server(server).healthy(), true);
  }

  @Override
  public void undrainServer(String service, String server) {
    set(server, server(server).healthy(), false);
  }

  @Override
  public List<InetSocketAddress> addresses(String service) {
    return List.of();
  }

  @Override
  public Optional<ExplainedRequest> explain(String id) {
    return Optional.ofNullable(remembered.get(id));
  }

  @Override
  public Map<String, ResponseStore> responseStores() {
    return Map.copyOf(stores);
  }

  @Override
  public String transport() {
    return "none";
  }

  @Override
  public NodeStats stats() {
    ServiceStats web =
        new ServiceStats(
            "web",
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            dev.shunt.node.TlsStats.NONE,
            new dev.shunt.node.Http2Stats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            dev.shunt.node.TcpStats.NONE,
            dev.shunt.node.UdpStats.NONE,
            dev.shunt.node.StageStats.NONE,
            dev.shunt.node.PolicyStats.NONE,
            latency,
            List.of());
    return new NodeStats("none", "none", 1, 0, 1 << 20, List.of(), List.of(web));
  }

  @Override
  public void start() {}

  @Override
  public void close(Duration patience) {}

  @Override
  public void close() {}
}
