package dev.shunt.ops.daemon;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.Node;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.NodeReport;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.Sight;
import dev.shunt.scheduler.SightReport;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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

  /** How long a node waits at its start for what other members remember. */
  static final Duration TABLES_WITHIN = Duration.ofSeconds(15);

  private final Node node;
  private final List<Service> services;
  private final NodeTimes times;
  private final Supplier<List<Sight>> servers;
  private final Supplier<Optional<MacAddress>> mac;
  private final BooleanSupplier cookies;
  private final Map<String, String> constant;
  private final Ticker ticker;
  private volatile BooleanSupplier loaded = () -> true;
  private volatile BooleanSupplier stale = () -> false;
  private volatile long startNanos;
  private volatile boolean started;
  private volatile boolean stopping;

  /**
   * @param services those behind a VIP, in the order of the scheduler's configuration
   * @param servers what this member sees of the direct servers
   * @param mac of the data interface, once there is a data plane
   * @param cookies whether the kernel makes connections out of SYN cookies
   * @param constant what never changes
   */
  public NodeReporter(
      Node node,
      List<Service> services,
      Supplier<List<Sight>> servers,
      Supplier<Optional<MacAddress>> mac,
      BooleanSupplier cookies,
      Map<String, String> constant,
      Ticker ticker) {
    this.node = node;
    this.ticker = ticker;
    this.services = List.copyOf(services);
    this.times = new NodeTimes(node, services, ticker);
    this.servers = servers;
    this.mac = mac;
    this.cookies = cookies;
    this.constant = Map.copyOf(constant);
  }

  /**
   * The node's listeners are open.
   *
   * @param tables whether the tables are loaded that tell which server has a session, and the
   *     kernel agrees with them; waited for so long as {@link #TABLES_WITHIN}, for a member without
   *     them is better than none
   * @param stale whether the kernel still has sessions of a former process that others may have
   *     forgotten; waited for without a limit, for their labels would lead new sessions astray,
   *     which the others can serve
   */
  public void started(BooleanSupplier tables, BooleanSupplier stale) {
    loaded = tables;
    this.stale = stale;
    startNanos = ticker.nanos();
    started = true;
  }

  /** The node is about to close them. */
  public void stopping() {
    stopping = true;
  }

  public boolean isReady() {
    return started && !stopping && (loaded.getAsBoolean() || (isLate() && !stale.getAsBoolean()));
  }

  private boolean isLate() {
    return ticker.nanos() - startNanos > TABLES_WITHIN.toNanos();
  }

  Map<String, String> attributes() {
    Map<String, String> attributes = new HashMap<>(constant);
    mac.get()
        .map(address -> new NodeReport(address, isReady(), unfit(), cookies.getAsBoolean()))
        .ifPresent(report -> attributes.putAll(report.toAttributes()));
    attributes.putAll(new SightReport(servers.get()).toAttributes(SightReport.SERVERS));
    attributes.putAll(times.report().toAttributes(SightReport.SERVICES));
    return attributes;
  }

  private BitSet unfit() {
    BitSet unfit = new BitSet();
    for (int i = 0; i < services.size(); i++) {
      Service service = services.get(i);
      unfit.set(
          i,
          !service.balance().isDirect()
              && node.servers(service.name()).stream().noneMatch(s -> s.state().takesNew()));
    }
    return unfit;
  }
}
