package dev.shunt.ops.config;

import dev.shunt.node.Limits;
import dev.shunt.node.Timeouts;
import java.time.Duration;

/** Reads the parts of a service that say how it behaves: limits and time-outs. */
final class ServiceBehaviour {

  private static final int MAX_REQUESTS = Integer.MAX_VALUE;

  private static final ScalarType<Duration> TIMEOUT =
      Scalars.duration(Duration.ofMillis(1), Duration.ofDays(7));

  private ServiceBehaviour() {}

  static Limits limits(Section s) {
    Limits d = Limits.DEFAULT;
    Limits limits =
        new Limits(
            s.get("request_line_bytes", Scalars.smallSize(64, 1 << 16), d.requestLineBytes()),
            s.get("header_bytes", Scalars.smallSize(256, 1 << 20), d.headerBytes()),
            s.get("header_count", Scalars.integer(1, 10_000), d.headerCount()),
            s.get("body_bytes", Scalars.size(0, 1L << 50), d.bodyBytes()),
            s.get("client_connections", Scalars.integer(1, 10_000_000), d.clientConnections()),
            s.get(
                "connections_per_client", Scalars.integer(0, 10_000_000), d.connectionsPerClient()),
            s.get("client_rate", Scalars.integer(0, Limits.MAX_CLIENT_RATE), d.clientRate()),
            s.get(
                "requests_per_connection",
                Scalars.integer(1, MAX_REQUESTS),
                d.requestsPerConnection()),
            s.get("pending_per_server", Scalars.integer(1, 1_000_000), d.pendingPerServer()),
            s.get("idle_per_server", Scalars.integer(0, 1_000_000), d.idlePerServer()),
            s.get(
                "requests_per_server_connection",
                Scalars.integer(1, MAX_REQUESTS),
                d.requestsPerServerConnection()),
            s.get("buffered_bytes", Scalars.smallSize(4096, 1 << 26), d.bufferedBytes()),
            s.get("attempts", Scalars.integer(1, 16), d.attempts()));
    if (limits.requestLineBytes() > limits.headerBytes()) {
      s.at("request_line_bytes")
          .report(
              "request_line_bytes " + limits.requestLineBytes(),
              "at most header_bytes, " + limits.headerBytes());
    }
    s.finish();
    return limits;
  }

  static Timeouts timeouts(Section s) {
    Timeouts d = Timeouts.DEFAULT;
    Timeouts timeouts =
        new Timeouts(
            s.get("header", TIMEOUT, d.header()),
            s.get("idle", TIMEOUT, d.idle()),
            s.get("body", TIMEOUT, d.body()),
            s.get("connect", TIMEOUT, d.connect()),
            s.get("response", TIMEOUT, d.response()),
            s.get("response_body", TIMEOUT, d.responseBody()),
            s.get("write_stall", TIMEOUT, d.writeStall()),
            s.get("server_idle", TIMEOUT, d.serverIdle()),
            s.get("tunnel", TIMEOUT, d.tunnel()),
            s.get("linger", TIMEOUT, d.linger()));
    s.finish();
    return timeouts;
  }
}
