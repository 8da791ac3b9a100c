package dev.shunt.ops.config;

import dev.shunt.node.HealthCheck;
import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.ReturnPath;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads where members' tunnels end ({@code data_address}), and refuses what does not go together.
 * One object for all members and servers of an array.
 */
final class TunnelEnds {

  private final Encap encap;
  private final Uniqueness unique = new Uniqueness("a data address that no other member has");
  private final List<ServerEnd> servers = new ArrayList<>();
  private Optional<Boolean> ipv4 = Optional.empty();

  /** Where a direct server's tunnels end. */
  private record ServerEnd(Value at, InetAddress address) {}

  TunnelEnds(Encap encap) {
    this.encap = encap;
  }

  /**
   * @param address the member's own, which is its data address if it has no other
   * @return the other
   */
  Optional<InetAddress> read(Section member, InetAddress address) {
    Optional<InetAddress> other = member.find("data_address", Scalars.ADDRESS);
    if (other.isPresent() && encap != Encap.UDP) {
      member.at("data_address").report("data_address", "with encap: udp only");
      return Optional.empty();
    }
    if (encap == Encap.UDP && (other.isPresent() || member.has("address"))) {
      InetAddress end = other.orElse(address);
      Value at = member.at(other.isPresent() ? "data_address" : "address");
      if (other.isPresent()) {
        unique.check(end.getHostAddress(), at);
      }
      boolean isIpv4 = end instanceof Inet4Address;
      if (ipv4.isPresent() && ipv4.get() != isIpv4) {
        at.report(
            "a tunnel over IPv" + (isIpv4 ? 4 : 6),
            "data addresses of one IP version: a member has one end for all its tunnels");
      }
      ipv4 = ipv4.or(() -> Optional.of(isIpv4));
    }
    return other;
  }

  /** Reports what a service cannot have where labels go in UDP, or where they do not. */
  void check(ServiceConfig service, ServiceReader reader) {
    boolean tunnelled = encap == Encap.UDP && service.isDirect() && service.labels();
    // Fewer places where a server could not be read, which is reported anyhow.
    for (int i = 0; i < Math.min(reader.serversAt().size(), service.servers().size()); i++) {
      ServerConfig server = service.servers().get(i);
      Value at = reader.serversAt().get(i);
      if (tunnelled) {
        servers.add(new ServerEnd(at, server.dataAddress().orElse(server.address().getAddress())));
      } else if (server.dataAddress().isPresent()) {
        at.report("data_address", "with labels: on and encap: udp only");
      }
    }
    if (encap == Encap.UDP) {
      checkSegment(service, reader);
    }
  }

  /** To be called when all members and services are read. */
  void finish() {
    for (ServerEnd server : servers) {
      boolean isIpv4 = server.address instanceof Inet4Address;
      if (ipv4.isPresent() && ipv4.get() != isIpv4) {
        server.at.report(
            "a tunnel over IPv" + (isIpv4 ? 4 : 6),
            "a data_address of the members' IP version, which is IPv" + (ipv4.get() ? 4 : 6));
      }
    }
  }

  /** What needs one segment. */
  private static void checkSegment(ServiceConfig service, ServiceReader reader) {
    if (service.health().via() == HealthCheck.Via.VIP) {
      reader
          .at("health")
          .report(
              "via: vip with encap: udp",
              "via: server, for checks of a vip are Ethernet frames, which no router lets through");
    }
    // With mode direct it is refused anyhow.
    if (service.answers() == ReturnPath.SWITCHED && !service.isDirect()) {
      reader
          .at("return")
          .report(
              "return: switched with encap: udp",
              "return: direct, for answers carry labels in Ethernet frames only");
    }
    if (service.everyone()) {
      reader
          .at("everyone")
          .report(
              "everyone: true with encap: udp",
              "everyone: false, for routers keep frames to groups from members behind them");
    }
  }
}
