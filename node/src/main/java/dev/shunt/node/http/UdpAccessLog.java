package dev.shunt.node.http;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line of JSON for each session of datagrams that has ended. */
final class UdpAccessLog {

  private static final Logger LOG = LoggerFactory.getLogger("dev.shunt.access");

  private UdpAccessLog() {}

  /**
   * @param server the last one that it had
   * @param entry its id, and how much came and went
   */
  static void ended(
      String service,
      InetSocketAddress client,
      @Nullable String server,
      RequestEntry entry,
      long nanos,
      UdpEnd how) {
    LOG.info(
        "{\"id\":\"{}\",\"service\":\"{}\",\"client\":\"{}\",\"port\":{},\"server\":{},\"datagrams_in\":{},"
            + "\"datagrams_out\":{},\"bytes_in\":{},\"bytes_out\":{},\"ms\":{},\"end\":\"{}\"}",
        entry.idText(),
        service,
        client.getAddress().getHostAddress(),
        client.getPort(),
        server == null ? "null" : '"' + server + '"',
        entry.datagramsIn(),
        entry.datagramsOut(),
        entry.bytesIn(),
        entry.bytesOut(),
        TimeUnit.NANOSECONDS.toMillis(nanos),
        how.word());
  }
}
