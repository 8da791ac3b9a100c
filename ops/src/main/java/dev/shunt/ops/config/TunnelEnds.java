package dev.shunt.ops.config;

import dev.shunt.node.HealthCheck;
import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.ReturnPath;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Reads where members' tunnels end ({@code data_address}), and refuses what does not go together.
 * One object for all members of an array.
 */
final class TunnelEnds {

  private final Encap encap;
  private final Uniqueness unique = new Uniqueness("a data address that no other member has");
  private Optional<Boolean> ipv4 = Optional.empty();

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

  /** Reports what a service cannot have where labels go in UDP: it needs one segment. */
  static void check(ServiceConfig service, ServiceReader reader) {
    if (service.isDirect() && service.labels()) {
      reader
          .at("labels")
          .report(
              "labels: on with mode direct and encap: udp",
              "labels: off, for shunt edge takes labels off Ethernet frames only");
    }
    if (service.health().via() == HealthCheck.Via.VIP) {
      reader
          .at("health")
          .report(
              "via: vip with encap: udp",
              "via: server, for checks of a vip are Ethernet frames, which no router lets through");
    }
    if (service.answers() == ReturnPath.SWITCHED) {
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
