package dev.shunt.ops.config;

import dev.shunt.scheduler.Encap;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Reads where members' tunnels end ({@code data_address}), and refuses what does not go together.
 * For all members of one array.
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
}
