package dev.shunt.ops.daemon;

import dev.shunt.cluster.ClusterSecret;
import dev.shunt.cluster.Ticker;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.ops.config.ModuleConfigs;
import dev.shunt.replication.Replication;
import dev.shunt.replication.SessionTable;
import dev.shunt.scheduler.CookieKeys;
import dev.shunt.scheduler.DataPlane;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Scheduler;
import dev.shunt.scheduler.SchedulerConfig;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SessionKeeper;
import dev.shunt.scheduler.SynCookies;
import dev.shunt.scheduler.Vip;
import dev.shunt.scheduler.admission.LoadShedder;
import dev.shunt.scheduler.balance.Rows;
import dev.shunt.scheduler.label.LabelPool;
import dev.shunt.scheduler.label.LabelPoolConfig;
import dev.shunt.scheduler.vip.HostNetwork;
import dev.shunt.scheduler.vip.Neighbours;
import dev.shunt.scheduler.vip.NextHops;
import dev.shunt.scheduler.xdp.XdpConfig;
import dev.shunt.scheduler.xdp.XdpDataPlane;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a member's layer 4 together. */
public final class LayerFours {

  /** Where the kernel keeps what outlives the process. */
  private static final Path PINS = Path.of("/sys/fs/bpf/shunt");

  private static final Logger log = LoggerFactory.getLogger(LayerFours.class);

  private LayerFours() {}

  public static LayerFour of(
      ArrayConfig array, LocalConfig local, Replication replication, Ticker ticker) {
    SchedulerConfig config = ModuleConfigs.scheduler(array, local);
    DataPlane dataPlane = dataPlane(array, local, ticker);
    SessionTable sessions = replication.sessions();
    Optional<LabelSupply> labels =
        config.services().stream().anyMatch(Service::labels)
            ? Optional.of(
                new LabelSupply(
                    new LabelPool(LabelPoolConfig.DEFAULT, ticker),
                    replication.labelBlocks(),
                    dataPlane,
                    sessions))
            : Optional.empty();
    return new LayerFour(
        new Scheduler(config, Rows::build),
        new LoadShedder(config.services()),
        new SessionKeeper(
            sessions,
            dataPlane,
            config.timeouts(),
            System::currentTimeMillis,
            label -> labels.ifPresent(supply -> supply.ended(label))),
        dataPlane,
        () -> prepare(config),
        neighbours(config),
        nextHops(config),
        sessions,
        labels,
        cookies(array, local, config)
            .map(keys -> new CookieSupply(keys, dataPlane, System::currentTimeMillis, ticker)),
        array.timings().silence(),
        ticker);
  }

  /**
   * Out of the secret. Members without one could agree only on keys that everybody knows; one
   * member alone agrees with itself.
   */
  private static Optional<CookieKeys> cookies(
      ArrayConfig array, LocalConfig local, SchedulerConfig config) {
    boolean wanted =
        config.services().stream().anyMatch(s -> s.cookies().use() != SynCookies.Use.OFF);
    if (!wanted) {
      return Optional.empty();
    }
    if (local.secret().isEmpty() && array.members().size() > 1) {
      log.warn(
          "no SYN cookies: members agree on their keys by the array's secret, and there is none");
      return Optional.empty();
    }
    ClusterSecret secret =
        local.secret().orElseGet(() -> new ClusterSecret(DerivedKey.random(new SecureRandom())));
    return Optional.of(
        new CookieKeys(number -> DerivedKey.of(secret, "shunt SYN cookie " + number)));
  }

  private static DataPlane dataPlane(ArrayConfig array, LocalConfig local, Ticker ticker) {
    SchedulerConfig config = ModuleConfigs.scheduler(array, local);
    XdpConfig sizes =
        XdpConfig.of(config, PINS.resolve(array.name()).resolve(local.member().value()));
    return new XdpDataPlane(sizes.withSeed(seed(array, local)), ticker);
  }

  /**
   * Equal on all members; out of the secret, so that nobody outside can compute which client ports
   * lead to one and the same node.
   */
  private static int seed(ArrayConfig array, LocalConfig local) {
    return local
        .secret()
        .map(secret -> DerivedKey.of(secret, "shunt flow hash"))
        .map(key -> ByteBuffer.wrap(key).getInt())
        .orElseGet(() -> array.name().hashCode());
  }

  private static void prepare(SchedulerConfig config) throws DataPlaneException {
    List<Vip> vips = config.services().stream().map(Service::vip).distinct().toList();
    Set<Vip> everyones =
        config.services().stream()
            .filter(service -> service.balance().everyone())
            .map(Service::vip)
            .collect(Collectors.toSet());
    new HostNetwork(config.networkInterface(), vips, everyones).prepare();
    if (config.tunnelEnd().isPresent()) {
      HostNetwork.requireAddress(config.tunnelEnd().get());
    }
  }

  /** Of no use, and not read, where there are members only: they report their own. */
  private static Supplier<Map<InetAddress, MacAddress>> neighbours(SchedulerConfig config) {
    boolean direct = config.services().stream().anyMatch(s -> s.balance().isDirect());
    return direct ? new Neighbours(config.networkInterface())::read : Map::of;
  }

  private static Supplier<Map<InetAddress, MacAddress>> nextHops(SchedulerConfig config) {
    return config.tunnels().isEmpty()
        ? Map::of
        : new NextHops(config.networkInterface(), config.tunnels()).start()::read;
  }
}
