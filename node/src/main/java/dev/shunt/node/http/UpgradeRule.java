package dev.shunt.node.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Which upgrades are passed on (RFC 9110 section 7.8), and how a server is asked. */
final class UpgradeRule {

  private static final byte[] CONNECTION_UPGRADE =
      "Connection: upgrade\r\nUpgrade: ".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] LINE_END = {'\r', '\n'};

  private UpgradeRule() {}

  /** Other protocols that speak HTTP or TLS must not be let past the rules in a tunnel. */
  static boolean allows(HttpHead head) {
    String to = head.value(head.indexOf(KnownHeader.UPGRADE)).toLowerCase(Locale.ROOT);
    return !to.isEmpty() && !to.contains("h2c") && !to.contains("http") && !to.contains("tls");
  }

  /** Asks the next one for what this head's {@code Upgrade} says. */
  static void ask(HttpHead head) {
    int at = head.indexOf(KnownHeader.UPGRADE);
    head.append(CONNECTION_UPGRADE);
    head.append(head.bytes, head.valueStart(at), head.valueEnd(at));
    head.append(LINE_END);
  }
}
