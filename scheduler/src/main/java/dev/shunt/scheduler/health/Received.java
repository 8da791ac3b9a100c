package dev.shunt.scheduler.health;

import dev.shunt.scheduler.MacAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A TCP segment that came in an untagged, unlabelled frame. Its checksum is not looked at: where
 * sender and receiver share a machine, it may be one that hardware was to complete.
 *
 * @param from the Ethernet address
 * @param acknowledged the acknowledgement number; means something with {@link Segment#ACK} only
 */
record Received(
    MacAddress from,
    InetAddress source,
    int sourcePort,
    InetAddress destination,
    int destinationPort,
    int acknowledged,
    int flags) {

  private static final int MAC_BYTES = 6;
  private static final int ETHERTYPE_AT = 12;
  private static final int IP_AT = 14;
  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ETHERTYPE_IPV6 = 0x86dd;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int TCP_BYTES = 20;
  private static final int TCP = 6;

  /** Empty for whatever else it is, or if it is cut off. */
  static Optional<Received> of(ByteBuffer frame) {
    if (frame.limit() < IP_AT + IPV4_BYTES) {
      return Optional.empty();
    }
    return switch (Short.toUnsignedInt(frame.getShort(ETHERTYPE_AT))) {
      case ETHERTYPE_IPV4 -> ipv4(frame);
      case ETHERTYPE_IPV6 -> ipv6(frame);
      default -> Optional.empty();
    };
  }

  private static Optional<Received> ipv4(ByteBuffer frame) {
    int headerBytes = (frame.get(IP_AT) & 0xf) * Integer.BYTES;
    boolean fragment = (frame.getShort(IP_AT + 6) & 0x3fff) != 0;
    if ((frame.get(IP_AT) & 0xf0) != 4 << 4
        || headerBytes < IPV4_BYTES
        || fragment
        || frame.get(IP_AT + 9) != TCP) {
      return Optional.empty();
    }
    return tcp(frame, IP_AT + headerBytes, IP_AT + 12, 4);
  }

  private static Optional<Received> ipv6(ByteBuffer frame) {
    if (frame.limit() < IP_AT + IPV6_BYTES
        || (frame.get(IP_AT) & 0xf0) != 6 << 4
        || frame.get(IP_AT + 6) != TCP) {
      return Optional.empty();
    }
    return tcp(frame, IP_AT + IPV6_BYTES, IP_AT + 8, 16);
  }

  private static Optional<Received> tcp(ByteBuffer frame, int at, int addressesAt, int bytes) {
    if (frame.limit() < at + TCP_BYTES) {
      return Optional.empty();
    }
    byte[] mac = new byte[MAC_BYTES];
    frame.get(MAC_BYTES, mac);
    return Optional.of(
        new Received(
            MacAddress.of(mac),
            address(frame, addressesAt, bytes),
            Short.toUnsignedInt(frame.getShort(at)),
            address(frame, addressesAt + bytes, bytes),
            Short.toUnsignedInt(frame.getShort(at + 2)),
            frame.getInt(at + 8),
            frame.get(at + 13)));
  }

  private static InetAddress address(ByteBuffer frame, int at, int bytes) {
    byte[] address = new byte[bytes];
    frame.get(at, address);
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
    }
  }
}
