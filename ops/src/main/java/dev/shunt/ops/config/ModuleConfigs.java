package dev.shunt.ops.config;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.replication.ReplicationConfig;
import dev.shunt.scheduler.Balance;
import dev.shunt.scheduler.DirectServer;
import dev.shunt.scheduler.SchedulerConfig;
import dev.shunt.scheduler.Service;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/** The configuration of each module, out of the array's. */
public final class ModuleConfigs {

  private ModuleConfigs() {}

  /**
   * @throws IllegalArgumentException without {@code array:}, for then there is no cluster
   */
  public static ClusterConfig cluster(ArrayConfig array, LocalConfig local) {
    return new ClusterConfig(
        array.name(),
        local.member(),
        array.voters(),
        array.membershipPort(),
        local.secret(),
        array.timings(),
        local.stateDirectory());
  }

  public static ReplicationConfig replication(ArrayConfig array, LocalConfig local) {
    return new ReplicationConfig(
        array.name(),
        local.member(),
        array.members(),
        array.voters().size(),
        array.replicationPort(),
        ReplicationConfig.DEFAULT_BATCH_INTERVAL,
        ReplicationConfig.DEFAULT_BATCH_ENTRIES,
        ReplicationConfig.DEFAULT_QUEUE_ENTRIES);
  }

  /**
   * @throws IllegalArgumentException without a data interface
   */
  public static SchedulerConfig scheduler(ArrayConfig array, LocalConfig local) {
    String networkInterface =
        local
            .networkInterface()
            .orElseThrow(() -> new IllegalArgumentException("a scheduler needs a data interface"));
    return new SchedulerConfig(
        local.member(),
        array.members(),
        array.weights(),
        networkInterface,
        services(array),
        array.rowSize(),
        array.maxSessions(),
        array.sessionTimeouts(),
        array.goneAfter(),
        array.encap(),
        array.dataAddresses());
  }

  /** What the scheduler balances: the services that have a virtual IP. */
  private static List<Service> services(ArrayConfig array) {
    return array.services().stream().flatMap(ModuleConfigs::service).toList();
  }

  private static Stream<Service> service(ServiceConfig service) {
    return switch (service.frontend()) {
      case Frontend.Virtual virtual ->
          Stream.of(
              new Service(
                  service.name(),
                  virtual.vip(),
                  virtual.port(),
                  service.protocol(),
                  balance(service),
                  service.labels(),
                  service.admission(),
                  service.cookies(),
                  service.answers()));
      case Frontend.Listen _ -> Stream.empty();
    };
  }

  private static DirectServer server(ServerConfig server) {
    InetSocketAddress address = server.address();
    return new DirectServer(
        server.name(), address, server.weight(), server.dataAddress().orElse(address.getAddress()));
  }

  private static Balance balance(ServiceConfig service) {
    return service.isDirect()
        ? new Balance(
            service.algorithm(),
            service.servers().stream().map(ModuleConfigs::server).toList(),
            service.labels())
        : new Balance(service.algorithm(), List.of(), true, service.everyone());
  }
}
