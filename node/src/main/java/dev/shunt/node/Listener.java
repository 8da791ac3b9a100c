package dev.shunt.node;

import java.net.InetSocketAddress;

/**
 * An address that clients connect to.
 *
 * @param address IP address and port; port 0 is any free one
 * @param freeBind listen even where this host does not (yet) have the address, as with a virtual IP
 *     ({@code IP_FREEBIND})
 * @param maxSegment the largest TCP segment that is offered to clients in bytes ({@code
 *     TCP_MAXSEG}); 0 leaves it to the system. An MPLS label on the way takes 4 bytes of the link's
 *     1500, which leaves 1456 for IPv4 and 1436 for IPv6.
 */
public record Listener(InetSocketAddress address, boolean freeBind, int maxSegment) {

  public static final int MIN_SEGMENT = 536;
  public static final int MAX_SEGMENT = 32_767;

  public Listener {
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(
          "listener " + address + ": allowed is an IP address and a port");
    }
    if (maxSegment != 0) {
      Ranges.check(
          "listener " + address + ", largest segment", maxSegment, MIN_SEGMENT, MAX_SEGMENT);
    }
  }

  /** Listens on an address of this host. */
  public static Listener on(InetSocketAddress address) {
    return new Listener(address, false, 0);
  }

  /** Listens on a virtual IP whose packets carry one MPLS label of 4 bytes. */
  public static Listener onVip(InetSocketAddress address, int maxSegment) {
    return new Listener(address, true, maxSegment);
  }
}
