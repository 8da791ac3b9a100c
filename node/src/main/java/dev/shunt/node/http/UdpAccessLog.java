package dev.shunt.node.http;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line of JSON for each session of datagrams that has ended. */
final class UdpAccessLog {

  private static final Logger LOG = LoggerFactory.getLogger("dev.shunt.access");

  /**
   * What a session was made of.
   *
   * @param received datagrams of the client, and of how many bytes
   * @param sent datagrams to the client, and of how many bytes
   */
  record Traffic(long received, long receivedBytes, long sent, long sentBytes) {}

  private UdpAccessLog() {}

  /**
   * @param server the last one that it had
   */
  static void ended(
      String service,
      InetSocketAddress client,
      @Nullable String server,
      Traffic traffic,
      long nanos,
      UdpEnd how) {
    LOG.info(
        "{\"service\":\"{}\",\"client\":\"{}\",\"port\":{},\"server\":{},\"datagrams_in\":{},"
            + "\"datagrams_out\":{},\"bytes_in\":{},\"bytes_out\":{},\"ms\":{},\"end\":\"{}\"}",
        service,
        client.getAddress().getHostAddress(),
        client.getPort(),
        server == null ? "null" : '"' + server + '"',
        traffic.received(),
        traffic.sent(),
        traffic.receivedBytes(),
        traffic.sentBytes(),
        TimeUnit.NANOSECONDS.toMillis(nanos),
        how.word());
  }
}
