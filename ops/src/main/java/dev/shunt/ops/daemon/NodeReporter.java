package dev.shunt.ops.daemon;

import dev.shunt.node.Node;
import dev.shunt.node.Server;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.NodeReport;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What this member tells the others: its software, its configuration and, where there is a VIP, its
 * node's state. Thread-safe.
 */
public final class NodeReporter {

  /** Attribute: version of the software. */
  public static final String VERSION = "version";

  /** Attribute: fingerprint of the shared configuration. */
  public static final String CONFIG = "config";

  private final Node node;
  private final List<String> services;
  private final Supplier<Optional<MacAddress>> mac;
  private final Map<String, String> constant;
  private volatile boolean started;
  private volatile boolean stopping;

  /**
   * @param services those behind a VIP, in the order of the scheduler's configuration
   * @param mac of the data interface, once there is a data plane
   * @param constant what never changes
   */
  public NodeReporter(
      Node node,
      List<String> services,
      Supplier<Optional<MacAddress>> mac,
      Map<String, String> constant) {
    this.node = node;
    this.services = List.copyOf(services);
    this.mac = mac;
    this.constant = Map.copyOf(constant);
  }

  /** The node's listeners are open. */
  public void started() {
    started = true;
  }

  /** The node is about to close them. */
  public void stopping() {
    stopping = true;
  }

  public boolean isReady() {
    return started && !stopping;
  }

  Map<String, String> attributes() {
    Map<String, String> attributes = new HashMap<>(constant);
    mac.get()
        .map(address -> new NodeReport(address, isReady(), unfit()))
        .ifPresent(report -> attributes.putAll(report.toAttributes()));
    return attributes;
  }

  private BitSet unfit() {
    BitSet unfit = new BitSet();
    for (int i = 0; i < services.size(); i++) {
      List<Server> servers = node.servers(services.get(i));
      unfit.set(i, servers.stream().noneMatch(s -> s.state().takesNew()));
    }
    return unfit;
  }
}
