package dev.shunt.ops.daemon;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.NodeException;
import dev.shunt.node.TransportChoice;
import dev.shunt.node.health.ServerWatch;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.ops.config.ModuleConfigs;
import dev.shunt.ops.config.ServerConfig;
import dev.shunt.ops.config.ServiceConfig;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DirectServer;
import dev.shunt.scheduler.SchedulerConfig;
import dev.shunt.scheduler.Sight;
import dev.shunt.scheduler.VipPath;
import dev.shunt.scheduler.xdp.VipChecks;
import java.net.Inet6Address;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A member's checks of the direct servers, at their own addresses or through the VIP. */
public final class ServerChecks implements AutoCloseable {

  private final ServerWatch watch;
  private final VipChecks throughVips;
  private final boolean usesVips;

  private ServerChecks(ServerWatch watch, VipChecks throughVips, boolean usesVips) {
    this.watch = watch;
    this.throughVips = throughVips;
    this.usesVips = usesVips;
  }

  /**
   * Puts them together, if there are direct servers; nothing runs yet.
   *
   * @throws NodeException when the configured transport does not work here
   */
  public static Optional<ServerChecks> of(
      ArrayConfig array, LocalConfig local, Ticker ticker, SecureRandom random)
      throws NodeException {
    if (array.services().stream().noneMatch(ServiceConfig::isDirect)) {
      return Optional.empty();
    }
    SchedulerConfig config = ModuleConfigs.scheduler(array, local);
    List<ServerWatch.Watched> watched = watched(array, VipPath.of(config));
    List<VipPath> vips =
        watched.stream()
            .filter(w -> w.check().via() == HealthCheck.Via.VIP)
            .map(ServerWatch.Watched::path)
            .toList();
    VipChecks throughVips =
        new VipChecks(
            config.networkInterface(),
            config.members().stream()
                .filter(member -> member.id().equals(config.self()))
                .findFirst()
                .orElseThrow()
                .address(),
            vips.stream().anyMatch(path -> path.vip() instanceof Inet6Address),
            random,
            ticker);
    TransportChoice transport = TransportChoice.valueOf(array.node().transport().name());
    return Optional.of(
        new ServerChecks(
            new ServerWatch(watched, transport, throughVips, random, ticker),
            throughVips,
            !vips.isEmpty()));
  }

  /** In the order in which the scheduler counts them. */
  private static List<ServerWatch.Watched> watched(ArrayConfig array, List<VipPath> paths) {
    List<ServerWatch.Watched> watched = new ArrayList<>();
    for (ServiceConfig service : array.services()) {
      if (service.isDirect()) {
        for (ServerConfig server : service.servers()) {
          watched.add(
              new ServerWatch.Watched(
                  DirectServer.targetName(service.name(), server.name()),
                  server.address(),
                  service.health(),
                  paths.get(watched.size())));
        }
      }
    }
    return watched;
  }

  /**
   * @throws DataPlaneException when checks through VIPs are configured and cannot be made here
   */
  public void start() throws DataPlaneException {
    if (usesVips) {
      throughVips.open();
    }
    watch.start();
  }

  /** What is seen of each server, in their order. */
  public List<Sight> sights() {
    return watch.sights();
  }

  @Override
  public void close() {
    watch.close();
    throughVips.close();
  }
}
