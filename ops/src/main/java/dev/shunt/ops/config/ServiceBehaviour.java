package dev.shunt.ops.config;

import dev.shunt.node.HealthCheck;
import dev.shunt.node.Limits;
import dev.shunt.node.Timeouts;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the parts of a service that say how it behaves: health checks, limits and time-outs. */
final class ServiceBehaviour {

  private static final int MAX_REQUESTS = Integer.MAX_VALUE;
  private static final Pattern STATUS = Pattern.compile("([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?");

  /** Lowest and highest status of a successful check. */
  private record StatusRange(int lowest, int highest) {}

  private static final ScalarType<StatusRange> STATUS_RANGE =
      new ScalarType<>("a status or a range such as 200-399", ServiceBehaviour::statusRange);
  private static final ScalarType<String> PATH =
      Scalars.matching("a path that begins with /", "/[\\x21-\\x7e&&[^#]]{0,1023}");
  private static final ScalarType<String> HOST =
      Scalars.matching("a host name, with or without a port", "[A-Za-z0-9._:\\[\\]-]{1,255}");
  private static final ScalarType<Duration> CHECK =
      Scalars.duration(Duration.ofMillis(10), Duration.ofHours(1));
  private static final ScalarType<Duration> TIMEOUT =
      Scalars.duration(Duration.ofMillis(1), Duration.ofDays(7));
  private static final ScalarType<Integer> STREAK = Scalars.integer(1, HealthCheck.MAX_STREAK);

  private ServiceBehaviour() {}

  /** Of a service whose servers do not have the VIP. */
  static HealthCheck health(Section s) {
    return health(s, HealthCheck.Kind.TCP, false);
  }

  /**
   * @param usual the type where none is said
   * @param direct whether the servers have the VIP
   */
  static HealthCheck health(Section s, HealthCheck.Kind usual, boolean direct) {
    HealthCheck d = HealthCheck.tcp();
    HealthCheck.Kind type = s.get("type", Scalars.oneOf(HealthCheck.Kind.class), usual);
    StatusRange status =
        s.get("status", STATUS_RANGE, new StatusRange(d.lowestStatus(), d.highestStatus()));
    HealthCheck health =
        new HealthCheck(
            type,
            via(s, type, direct),
            s.get("path", PATH, d.path()),
            s.get("host", HOST, d.host()),
            status.lowest(),
            status.highest(),
            s.get("interval", CHECK, d.interval()),
            s.get("timeout", CHECK, d.timeout()),
            s.get("rise", STREAK, d.rise()),
            s.get("fall", STREAK, d.fall()));
    if (type != HealthCheck.Kind.HTTP) {
      for (String key : new String[] {"path", "host", "status"}) {
        if (s.has(key)) {
          s.at(key).report(key + " with type " + Scalars.keyword(type), key + " with type http");
        }
      }
    }
    if (health.timeout().compareTo(health.interval()) > 0) {
      s.at("timeout")
          .report(
              "timeout " + Scalars.text(health.timeout()),
              "at most the interval, " + Scalars.text(health.interval()));
    }
    s.finish();
    return health;
  }

  /** Through the VIP goes only a TCP check of servers that have it. */
  private static HealthCheck.Via via(Section s, HealthCheck.Kind type, boolean direct) {
    HealthCheck.Via via =
        s.get("via", Scalars.oneOf(HealthCheck.Via.class), HealthCheck.Via.SERVER);
    if (via == HealthCheck.Via.SERVER) {
      return via;
    }
    if (!direct) {
      s.at("via").report("via: vip without mode direct", "via: vip with mode direct");
    } else if (type != HealthCheck.Kind.TCP) {
      s.at("via").report("via: vip with type " + Scalars.keyword(type), "via: vip with type tcp");
    } else {
      return via;
    }
    return HealthCheck.Via.SERVER;
  }

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

  private static Optional<StatusRange> statusRange(String text) {
    var matcher = STATUS.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int lowest = Integer.parseInt(matcher.group(1));
    String upper = matcher.group(2);
    int highest = upper == null ? lowest : Integer.parseInt(upper);
    return highest < lowest ? Optional.empty() : Optional.of(new StatusRange(lowest, highest));
  }
}
