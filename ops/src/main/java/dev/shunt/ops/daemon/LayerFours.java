package dev.shunt.ops.daemon;

import dev.shunt.cluster.Ticker;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.ops.config.ModuleConfigs;
import dev.shunt.replication.Replication;
import dev.shunt.replication.SessionTable;
import dev.shunt.scheduler.DataPlane;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Scheduler;
import dev.shunt.scheduler.SchedulerConfig;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SessionKeeper;
import dev.shunt.scheduler.Vip;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Puts a member's layer 4 together. */
public final class LayerFours {

  /** Where the kernel keeps what outlives the process. */
  private static final Path PINS = Path.of("/sys/fs/bpf/shunt");

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
        ticker);
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
    new HostNetwork(config.networkInterface(), vips).prepare();
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
