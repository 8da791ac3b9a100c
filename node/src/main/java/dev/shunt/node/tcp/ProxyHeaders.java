package dev.shunt.node.tcp;

import dev.shunt.node.ProxyProtocol;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Writes the PROXY protocol header that a connection to a server begins with. */
public final class ProxyHeaders {

  private static final int IPV6_BYTES = 16;
  private static final int MAPPED_AT = 10;

  private ProxyHeaders() {}

  /**
   * @param ends whose connection is relayed; empty: it is the node's own, such as a check. Where
   *     one end is IPv4 and the other IPv6, version 1 names nobody and version 2 maps the former.
   */
  public static byte[] render(ProxyProtocol.Version version, Optional<ConnectionEnds> ends) {
    return switch (version) {
      case V1 -> ProxyHeaderV1.render(ends.filter(ProxyHeaders::sameFamily));
      case V2 -> ends.map(e -> binary(e, false)).orElseGet(ProxyHeaderV2::renderLocal);
    };
  }

  /**
   * What a datagram to a server begins with, version 2.
   *
   * @param ends between whom it is; empty: it is the node's own, such as a check
   */
  public static byte[] ofDatagrams(Optional<ConnectionEnds> ends) {
    return ends.map(e -> binary(e, true)).orElseGet(ProxyHeaderV2::renderLocal);
  }

  private static boolean sameFamily(ConnectionEnds ends) {
    return bytes(ends.source()).length == bytes(ends.destination()).length;
  }

  private static byte[] binary(ConnectionEnds ends, boolean datagrams) {
    byte[] source = bytes(ends.source());
    byte[] destination = bytes(ends.destination());
    if (source.length != destination.length) {
      source = mapped(source);
      destination = mapped(destination);
    }
    return ProxyHeaderV2.render(
        datagrams, source, ends.source().getPort(), destination, ends.destination().getPort());
  }

  private static byte[] bytes(InetSocketAddress end) {
    return end.getAddress().getAddress();
  }

  /** An IPv4 address as IPv6 writes it (RFC 4291 section 2.5.5.2). */
  private static byte[] mapped(byte[] address) {
    if (address.length == IPV6_BYTES) {
      return address;
    }
    byte[] mapped = new byte[IPV6_BYTES];
    mapped[MAPPED_AT] = (byte) 0xFF;
    mapped[MAPPED_AT + 1] = (byte) 0xFF;
    System.arraycopy(address, 0, mapped, MAPPED_AT + 2, address.length);
    return mapped;
  }
}
