package dev.shunt.scheduler.edge;

import dev.shunt.replication.AddressText;
import dev.shunt.scheduler.Encap;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * The ends of the tunnels that bring labels in UDP (RFC 7510) to a server's host.
 *
 * @param addresses of this host, where they are sent to: one of each IP version at most; none: no
 *     labels come in UDP
 * @param members whom they are taken from: the members' data addresses
 */
public record TunnelEnds(List<InetAddress> addresses, List<Prefix> members) {

  /** As many as the program has room for. */
  public static final int MAX_MEMBERS = EdgeConfig.MAX_VIPS;

  public static final TunnelEnds NONE = new TunnelEnds(List.of(), List.of());

  public TunnelEnds {
    addresses = List.copyOf(addresses);
    members = members.stream().distinct().toList();
    if (members.size() > MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "%d members: allowed are up to %d, or prefixes of them"
              .formatted(members.size(), MAX_MEMBERS));
    }
    if (addresses.stream().map(TunnelEnds::isIpv4).distinct().count() < addresses.size()) {
      throw new IllegalArgumentException(
          "data addresses %s: allowed is one of each IP version".formatted(texts(addresses)));
    }
    for (InetAddress address : addresses) {
      if (members.stream().noneMatch(m -> isIpv4(m.address()) == isIpv4(address))) {
        throw new IllegalArgumentException(
            "data address %s without a member: allowed is one with members' of its IP version"
                .formatted(AddressText.of(address)));
      }
    }
    for (Prefix member : members) {
      if (addresses.stream().noneMatch(a -> isIpv4(a) == isIpv4(member.address()))) {
        throw new IllegalArgumentException(
            "member %s without a data address: allowed is one with this host's of its IP version"
                .formatted(member));
      }
    }
  }

  /** Bytes that a packet for this host has on its way beside its own, at most. */
  public int overhead() {
    return addresses.stream()
        .mapToInt(address -> Encap.UDP.overhead(!isIpv4(address)))
        .max()
        .orElse(Encap.ETHERNET.overhead(false));
  }

  private static boolean isIpv4(InetAddress address) {
    return address instanceof Inet4Address;
  }

  private static List<String> texts(List<InetAddress> addresses) {
    return addresses.stream().map(AddressText::of).toList();
  }
}
