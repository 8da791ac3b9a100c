package dev.shunt.ops;

import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.jmx.JmxReporter;
import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.Membership;
import dev.shunt.cluster.Ticker;
import dev.shunt.cluster.jgroups.JGroupsMembership;
import dev.shunt.cluster.local.SoloMembership;
import dev.shunt.node.Node;
import dev.shunt.node.NodeException;
import dev.shunt.node.StageProvider;
import dev.shunt.node.http.NettyNode;
import dev.shunt.ops.admin.AdminServer;
import dev.shunt.ops.admin.ArrayControl;
import dev.shunt.ops.cli.DaemonStarter;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.ConfigFile;
import dev.shunt.ops.config.Fingerprint;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.ops.config.ModuleConfigs;
import dev.shunt.ops.config.ServiceConfig;
import dev.shunt.ops.config.StageProviders;
import dev.shunt.ops.daemon.ArrayAgent;
import dev.shunt.ops.daemon.DaemonControl;
import dev.shunt.ops.daemon.DerivedKey;
import dev.shunt.ops.daemon.LayerFour;
import dev.shunt.ops.daemon.LayerFours;
import dev.shunt.ops.daemon.NodeConfigs;
import dev.shunt.ops.daemon.NodeReporter;
import dev.shunt.ops.daemon.ServerChecks;
import dev.shunt.ops.daemon.ServerDrains;
import dev.shunt.ops.metrics.ArrayMetrics;
import dev.shunt.ops.metrics.Exposition;
import dev.shunt.replication.BindingTables;
import dev.shunt.replication.Replication;
import dev.shunt.replication.hazelcast.HazelcastReplication;
import dev.shunt.replication.local.LocalReplication;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.xdp.RealTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of the array: its node, its part of the shared tables, its place in the membership
 * and, where a service has a VIP, its data plane.
 *
 * <p>{@link #close} may be called from any thread and more than once.
 */
public final class Daemon implements DaemonStarter.Running {

  private static final Logger log = LoggerFactory.getLogger(Daemon.class);
  private static final int ETHERNET_MTU = 1500;

  private final ArrayConfig config;
  private final LocalConfig local;
  private final List<StageProvider> plugins;
  private final Node node;
  private final Membership membership;
  private final Replication replication;
  private final Optional<LayerFour> layerFour;
  private final Optional<ServerChecks> watch;
  private final NodeReporter reporter;
  private final ArrayAgent agent;
  private final AdminServer admin;
  private final JmxReporter jmx;
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * Puts the parts together; nothing runs yet.
   *
   * @throws NodeException when the configured transport does not work here
   */
  private Daemon(ConfigFile file, LocalConfig local, String version) throws NodeException {
    this.config = file.array();
    this.local = local;
    this.plugins = plugins(file);
    Ticker ticker = Ticker.system();
    SecureRandom random = new SecureRandom();
    replication = replication(ticker);
    node = node(file.directory(), ticker, random, replication.bindings());
    membership = membership(ticker, random);
    layerFour =
        config.hasVips()
            ? Optional.of(LayerFours.of(config, local, replication, ticker))
            : Optional.empty();
    watch = ServerChecks.of(config, local, ticker, random);
    String fingerprint = Fingerprint.of(config);
    reporter =
        new NodeReporter(
            node,
            services(),
            () -> watch.map(ServerChecks::sights).orElse(List.of()),
            () -> layerFour.map(l4 -> l4.dataPlane().mac()),
            () -> layerFour.filter(LayerFour::takesCookies).isPresent(),
            Map.of(NodeReporter.VERSION, version, NodeReporter.CONFIG, fingerprint),
            ticker);
    agent =
        new ArrayAgent(
            local.member(),
            !config.neverSchedulers().contains(local.member()),
            membership,
            replication,
            layerFour,
            reporter,
            new ServerDrains(node, directServices()),
            ticker,
            System::currentTimeMillis);
    ArrayControl control =
        new DaemonControl(
            config,
            local,
            new DaemonControl.Parts(
                membership,
                replication,
                agent,
                node,
                layerFour,
                new DaemonControl.Identity(version, fingerprint)),
            ticker,
            System::currentTimeMillis);
    MetricRegistry registry = new MetricRegistry();
    admin = adminServer(control, registry, local, ticker, version);
    jmx = JmxReporter.forRegistry(registry).inDomain("dev.shunt").build();
  }

  /**
   * Puts a daemon together and starts it.
   *
   * @throws DaemonException when it cannot start
   */
  public static Daemon start(ConfigFile file, LocalConfig local, String version)
      throws DaemonException {
    try {
      Daemon daemon = new Daemon(file, local, version);
      daemon.start();
      return daemon;
    } catch (NodeException e) {
      throw new DaemonException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Starts everything in the order in which the parts need each other: the data plane first, for it
   * may have sessions of this member's last life to forward.
   *
   * @throws DaemonException when a part cannot start; what was started is stopped again
   */
  private void start() throws DaemonException {
    try {
      if (layerFour.isPresent()) {
        layerFour.get().start();
      }
      node.start();
      if (watch.isPresent()) {
        watch.get().start();
      }
      reporter.started(() -> replication.bindings().loaded() && agent.caughtUp(), agent::isStale);
      agent.start();
      admin.start();
      jmx.start();
    } catch (DataPlaneException | NodeException | IOException e) {
      close();
      throw new DaemonException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    log.info(
        "member {} of array '{}' serves {} over {}",
        local.member(),
        config.name(),
        config.services().stream().map(s -> s.name() + " " + s.frontend()).toList(),
        node.transport());
  }

  /**
   * Leaves the array without losing anybody who can finish in time: hands the scheduler's role
   * over, stops accepting, lets requests finish, then says good-bye. The kernel program stays.
   */
  @Override
  public synchronized void close() {
    if (ended.getCount() == 0) {
      return;
    }
    log.info("stopping");
    agent.retire();
    node.close();
    watch.ifPresent(ServerChecks::close);
    membership.close();
    agent.close();
    replication.close();
    layerFour.ifPresent(LayerFour::close);
    jmx.close();
    admin.close();
    log.info("stopped");
    ended.countDown();
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** The admin API over {@code control}, its metrics included; not started yet. */
  static AdminServer adminServer(
      ArrayControl control,
      MetricRegistry registry,
      LocalConfig local,
      Ticker ticker,
      String version) {
    ArrayMetrics metrics = new ArrayMetrics(registry, control, ticker);
    return new AdminServer(
        control,
        new Exposition(registry, metrics::refresh),
        version,
        local.adminSocket(),
        local.adminListen());
  }

  private static List<StageProvider> plugins(ConfigFile file) throws NodeException {
    try {
      return file.local().plugins().map(StageProviders::plugins).orElse(List.of());
    } catch (IllegalArgumentException e) {
      throw new NodeException("plugins: " + e.getMessage(), e);
    }
  }

  private Node node(Path directory, Ticker ticker, SecureRandom random, BindingTables bindings)
      throws NodeException {
    return new NettyNode(
        NodeConfigs.of(
                config,
                local,
                directory,
                local.networkInterface().map(Daemon::mtu).orElse(ETHERNET_MTU),
                () -> DerivedKey.of(local.secret(), "shunt persistence cookie", random),
                () -> DerivedKey.of(local.secret(), "shunt tls ticket", random))
            .withPlugins(plugins),
        ticker,
        InstantSource.system(),
        random,
        bindings);
  }

  private Membership membership(Ticker ticker, SecureRandom random) {
    if (config.voters().size() > 1) {
      return new JGroupsMembership(
          ModuleConfigs.cluster(config, local), ticker, random, RealTime::enter);
    }
    ClusterConfig alone =
        new ClusterConfig(
            config.name(),
            local.member(),
            List.of(
                config.isStandalone()
                    ? new MemberAddress(local.member(), InetAddress.getLoopbackAddress())
                    : config.members().getFirst()),
            config.membershipPort(),
            local.secret(),
            config.timings(),
            local.stateDirectory());
    return new SoloMembership(alone, ticker, random);
  }

  private Replication replication(Ticker ticker) {
    return config.members().size() > 1
        ? new HazelcastReplication(
            ModuleConfigs.replication(config, local), ticker, InstantSource.system())
        : new LocalReplication(local.member(), config.maxSessions(), InstantSource.system());
  }

  private Set<String> directServices() {
    return config.services().stream()
        .filter(ServiceConfig::isDirect)
        .map(ServiceConfig::name)
        .collect(Collectors.toSet());
  }

  private List<Service> services() {
    return config.hasVips() ? ModuleConfigs.scheduler(config, local).services() : List.of();
  }

  private static int mtu(String networkInterface) {
    try {
      NetworkInterface found = NetworkInterface.getByName(networkInterface);
      return found == null ? ETHERNET_MTU : found.getMTU();
    } catch (IOException e) {
      log.debug("asking for the MTU of {}", networkInterface, e);
      return ETHERNET_MTU;
    }
  }
}
