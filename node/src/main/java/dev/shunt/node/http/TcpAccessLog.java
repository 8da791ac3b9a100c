package dev.shunt.node.http;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line of JSON for each relayed connection that has ended. */
final class TcpAccessLog {

  private static final Logger LOG = LoggerFactory.getLogger("dev.shunt.access");

  private TcpAccessLog() {}

  /**
   * @param serverName that the client asked for: of letters, digits, dots, '-' and '_'
   * @param server the last that was tried
   * @param tries servers that were tried
   * @param entry its id, and how much came and went
   */
  static void ended(
      String service,
      InetSocketAddress client,
      @Nullable String serverName,
      @Nullable String server,
      int tries,
      RequestEntry entry,
      long nanos,
      TcpEnd how) {
    LOG.info(
        "{\"id\":\"{}\",\"service\":\"{}\",\"client\":\"{}\",\"port\":{},\"sni\":{},\"server\":{},\"tries\":{},"
            + "\"bytes_in\":{},\"bytes_out\":{},\"ms\":{},\"end\":\"{}\"}",
        entry.idText(),
        service,
        client.getAddress().getHostAddress(),
        client.getPort(),
        quoted(serverName),
        quoted(server),
        tries,
        entry.bytesIn(),
        entry.bytesOut(),
        TimeUnit.NANOSECONDS.toMillis(nanos),
        how.word());
  }

  private static String quoted(@Nullable String text) {
    return text == null ? "null" : '"' + text + '"';
  }
}
