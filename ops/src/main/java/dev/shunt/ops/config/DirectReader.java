package dev.shunt.ops.config;

import dev.shunt.node.HealthCheck;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.Algorithm;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what a service with {@code mode: direct} has of its own, and refuses what it cannot have.
 */
final class DirectReader {

  /** What only a node can do. */
  private static final List<String> PROXIED_ONLY =
      List.of("server_algorithm", "limits", "timeouts", "forwarding", "stages");

  private final Section section;
  private final Protocol protocol;
  private final HealthCheck health;
  private final List<ServerConfig> servers;
  private final List<Value> serversAt = new ArrayList<>();

  /**
   * @param items of {@code servers:}
   * @param port the service's own, at which the servers are reached
   */
  DirectReader(Section section, List<Value> items, int port) {
    this.section = section;
    if (section.has("listen")) {
      section.at("listen").report("listen with mode direct", "vip and port");
    }
    protocol = section.get("protocol", Scalars.oneOf(Protocol.class), Protocol.TCP);
    Optional<Section> check = section.section("health");
    int checkPort = check.flatMap(s -> s.find("port", Scalars.PORT)).orElse(port);
    // Whether a datagram service works, nobody can tell who does not know what it serves.
    HealthCheck usual = protocol == Protocol.UDP ? HealthCheck.none() : HealthCheck.tcp();
    health = check.map(s -> HealthReader.ofDirect(s, usual.kind())).orElse(usual);
    if (protocol == Protocol.UDP && health.via() == HealthCheck.Via.VIP) {
      check.ifPresent(
          s -> s.at("via").report("via: vip with protocol udp", "via: vip with protocol tcp"));
    }
    servers = servers(items, checkPort);
  }

  Protocol protocol() {
    return protocol;
  }

  HealthCheck health() {
    return health;
  }

  List<ServerConfig> servers() {
    return servers;
  }

  /** Where an error about each server's address belongs. */
  List<Value> serversAt() {
    return serversAt;
  }

  /** By their address alone, for clients' packets keep the service's port. */
  private List<ServerConfig> servers(List<Value> items, int checkPort) {
    List<ServerConfig> servers = new ArrayList<>();
    Uniqueness names = new Uniqueness("a name that no other server of the service has");
    for (Value item : items) {
      if (item.isMapping()) {
        Section server = new Section(item);
        InetAddress address =
            server.require("address", Scalars.IPV4, InetAddress.getLoopbackAddress());
        String name = server.get("name", ServiceReader.SERVER_NAME, address.getHostAddress());
        int weight = server.get("weight", Scalars.integer(1, ServerConfig.MAX_WEIGHT), 1);
        Optional<InetAddress> dataAddress = server.find("data_address", Scalars.ADDRESS);
        serversAt.add(
            server.has("data_address")
                ? server.at("data_address")
                : server.has("address") ? server.at("address") : item);
        server.finish();
        names.check(name, server.at(server.has("name") ? "name" : "address"));
        InetSocketAddress check = new InetSocketAddress(address, checkPort);
        servers.add(new ServerConfig(name, check, weight, dataAddress));
      } else {
        item.as(Scalars.IPV4)
            .ifPresent(address -> {
              String name = address.getHostAddress();
              names.check(name, item);
              serversAt.add(item);
              servers.add(new ServerConfig(name, new InetSocketAddress(address, checkPort), 1));
            });
      }
    }
    return servers;
  }

  /** Reports what does not go together. */
  void check(Algorithm algorithm) {
    for (String key : PROXIED_ONLY) {
      if (section.has(key)) {
        section.at(key).report(key + " with mode direct", key + " with mode http");
      }
    }
    if (!algorithm.isWeighted() && servers.stream().anyMatch(s -> s.weight() != 1)) {
      section
          .at("algorithm")
          .report(
              Scalars.keyword(algorithm) + " over servers with weights",
              "an algorithm that knows weights, for a remainder has none");
    }
  }
}
