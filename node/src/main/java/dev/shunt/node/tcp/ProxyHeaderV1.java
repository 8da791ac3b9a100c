package dev.shunt.node.tcp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of the PROXY protocol's header. */
final class ProxyHeaderV1 {

  private static final byte[] SIGNATURE = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final String OCTET = "(?:0|[1-9][0-9]{0,2})";
  private static final String IPV4 = OCTET + "(?:\\." + OCTET + "){3}";
  private static final String IPV6 = "[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{1,38}(?:" + IPV4 + ")?";
  private static final String PORT = "(0|[1-9][0-9]{0,4})";
  private static final Pattern TCP4 =
      Pattern.compile("PROXY TCP4 (%s) (%s) %s %s".formatted(IPV4, IPV4, PORT, PORT));
  private static final Pattern TCP6 =
      Pattern.compile("PROXY TCP6 (%s) (%s) %s %s".formatted(IPV6, IPV6, PORT, PORT));
  private static final String UNKNOWN = "PROXY UNKNOWN";
  private static final int MAX_PORT = 65_535;

  private ProxyHeaderV1() {}

  /** Whether these may be a header's first bytes. */
  static boolean mayBegin(byte[] bytes, int length) {
    for (int i = 0; i < Math.min(length, SIGNATURE.length); i++) {
      if (bytes[i] != SIGNATURE[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * @param length with the line's end
   */
  static Optional<ConnectionEnds> parse(byte[] bytes, int length) throws ProxyHeaderException {
    if (length < 2 || bytes[length - 2] != '\r') {
      throw new ProxyHeaderException("a line that does not end with CR LF");
    }
    String line = new String(bytes, 0, length - 2, StandardCharsets.ISO_8859_1);
    if (line.equals(UNKNOWN) || line.startsWith(UNKNOWN + " ")) {
      return Optional.empty();
    }
    Matcher matcher = TCP4.matcher(line);
    if (!matcher.matches()) {
      matcher = TCP6.matcher(line);
      if (!matcher.matches()) {
        throw new ProxyHeaderException("a line that is none of version 1");
      }
    }
    return Optional.of(
        new ConnectionEnds(
            endpoint(matcher.group(1), matcher.group(3)),
            endpoint(matcher.group(2), matcher.group(4))));
  }

  private static InetSocketAddress endpoint(String address, String port)
      throws ProxyHeaderException {
    int number = Integer.parseInt(port);
    if (number > MAX_PORT) {
      throw new ProxyHeaderException("a port beyond " + MAX_PORT);
    }
    try {
      return new InetSocketAddress(InetAddress.ofLiteral(address), number);
    } catch (IllegalArgumentException _) {
      throw new ProxyHeaderException("an address that is none");
    }
  }

  /** Of ends that are of one IP version, or of nobody. */
  static byte[] render(Optional<ConnectionEnds> ends) {
    String line =
        ends.map(e ->
                "PROXY %s %s %s %d %d\r\n"
                    .formatted(
                        e.source().getAddress() instanceof Inet6Address ? "TCP6" : "TCP4",
                        text(e.source()),
                        text(e.destination()),
                        e.source().getPort(),
                        e.destination().getPort()))
            .orElse(UNKNOWN + "\r\n");
    return line.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(InetSocketAddress end) {
    String text = end.getAddress().getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }
}
