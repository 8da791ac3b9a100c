package dev.shunt.ops.admin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses with or without a port or a prefix length, as people write them. */
final class EndpointText {

  private static final Pattern WITH_PORT =
      Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([0-9.]+)):([0-9]{1,5})");

  private EndpointText() {}

  /**
   * {@code 192.0.2.7}, {@code 192.0.2.7:80}, {@code 2001:db8::7}, {@code [2001:db8::7]:80}.
   *
   * @param name of the parameter, for the error
   * @param otherwise the port where none is given
   */
  static InetSocketAddress parse(String name, String text, int otherwise) {
    Matcher matcher = WITH_PORT.matcher(text);
    if (!matcher.matches()) {
      return new InetSocketAddress(address(name, text), otherwise);
    }
    int port = Integer.parseInt(matcher.group(3));
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "%s: found port %d, allowed is 1 to 65535".formatted(name, port));
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return new InetSocketAddress(address(name, host), port);
  }

  /** A numeric address; names are not looked up. */
  static InetAddress address(String name, String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed is an IPv4 or IPv6 address, with a port as in 192.0.2.7:80 or"
                  .formatted(name, text)
              + " [2001:db8::7]:80",
          e);
    }
  }
}
