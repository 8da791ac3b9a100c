package dev.shunt.replication;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Addresses as people read and write them: IPv6 in its short form (RFC 5952). */
public final class AddressText {

  private AddressText() {}

  /** {@code 10.0.0.1}, {@code fd00::1}. */
  public static String of(InetAddress address) {
    String text = address.getHostAddress();
    return text.indexOf(':') < 0 ? text : shortened(text);
  }

  /** {@code 10.0.0.1:80}, {@code [fd00::1]:80}. */
  public static String of(InetSocketAddress endpoint) {
    return of(endpoint.getAddress(), endpoint.getPort());
  }

  /** {@code 10.0.0.1:80}, {@code [fd00::1]:80}. */
  public static String of(InetAddress address, int port) {
    String host = of(address);
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  /** The longest run of two or more zero groups, the first of equals, becomes {@code ::}. */
  private static String shortened(String ipv6) {
    String[] groups = ipv6.split(":", -1);
    int start = -1;
    int length = 1;
    for (int i = 0; i < groups.length; i++) {
      int end = i;
      while (end < groups.length && groups[end].equals("0")) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    if (start < 0) {
      return ipv6;
    }
    List<String> all = List.of(groups);
    return String.join(":", all.subList(0, start))
        + "::"
        + String.join(":", all.subList(start + length, all.size()));
  }
}
