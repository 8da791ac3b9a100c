package dev.shunt.node;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * How it is found out whether a server works.
 *
 * @param kind what a check does
 * @param via where it goes; to the VIP with {@link Kind#TCP} only
 * @param port that is checked; 0 is the server's own
 * @param datagram what is sent and expected, with {@link Kind#UDP}
 * @param path the path that is asked for, with {@link Kind#HTTP}
 * @param host the {@code Host} that is asked for, with {@link Kind#HTTP}
 * @param lowestStatus of the answers that count as success
 * @param highestStatus of the answers that count as success
 * @param interval from one check to the next, give or take {@value #JITTER_PERCENT} %
 * @param timeout how long one check may take
 * @param rise successes in a row that bring a server up
 * @param fall failures in a row that take it down; a request's refused connection counts as one
 */
public record HealthCheck(
    Kind kind,
    Via via,
    int port,
    Optional<DatagramCheck> datagram,
    String path,
    String host,
    int lowestStatus,
    int highestStatus,
    Duration interval,
    Duration timeout,
    int rise,
    int fall) {

  /** What a check does. */
  public enum Kind {
    /** Nothing: every server is taken to work always. */
    NONE,
    /** Connects. */
    TCP,
    /** Asks for a path and looks at the status. */
    HTTP,
    /** Sends a datagram and looks at the answer. */
    UDP
  }

  /** Where a check goes. */
  public enum Via {
    /** To the server's own address. */
    SERVER,
    /** To the VIP at the server, as clients' packets do: a handshake is begun and not finished. */
    VIP
  }

  public static final int JITTER_PERCENT = 10;
  public static final int MAX_STREAK = 100;
  private static final Duration MIN = Duration.ofMillis(10);
  private static final Duration MAX = Duration.ofHours(1);

  public HealthCheck {
    if (via == Via.VIP && kind != Kind.TCP) {
      throw new IllegalArgumentException(
          "health check, via: found %s with %s, allowed is %s".formatted(via, kind, Kind.TCP));
    }
    if ((kind == Kind.UDP) != datagram.isPresent()) {
      throw new IllegalArgumentException(
          "health check: found %s datagram with %s, allowed is one with %s alone"
              .formatted(datagram.isPresent() ? "a" : "no", kind, Kind.UDP));
    }
    Ranges.check("health check, port", port, 0, 65_535);
    Ranges.check("health check, interval", interval, MIN, MAX);
    Ranges.check("health check, timeout", timeout, MIN, MAX);
    Ranges.check("health check, rise", rise, 1, MAX_STREAK);
    Ranges.check("health check, fall", fall, 1, MAX_STREAK);
    Ranges.check("health check, lowest status", lowestStatus, 100, 599);
    Ranges.check("health check, highest status", highestStatus, lowestStatus, 599);
    if (!path.startsWith("/") || !Headers.isTarget(path)) {
      throw new IllegalArgumentException(
          "health check, path: found '" + path + "', allowed is a path that begins with /");
    }
    if (!Headers.isValue(host)) {
      throw new IllegalArgumentException("health check, host: found '" + host + "'");
    }
  }

  public static HealthCheck none() {
    return of(Kind.NONE, "/");
  }

  public static HealthCheck tcp() {
    return of(Kind.TCP, "/");
  }

  public static HealthCheck http(String path) {
    return of(Kind.HTTP, path);
  }

  /** By a datagram. */
  public static HealthCheck udp(DatagramCheck datagram) {
    return of(Kind.UDP, "/", Optional.of(datagram));
  }

  private static HealthCheck of(Kind kind, String path) {
    return of(kind, path, Optional.empty());
  }

  private static HealthCheck of(Kind kind, String path, Optional<DatagramCheck> datagram) {
    return new HealthCheck(
        kind,
        Via.SERVER,
        0,
        datagram,
        path,
        "localhost",
        200,
        399,
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        2,
        3);
  }

  /** Where a server of this address is checked. */
  public InetSocketAddress target(InetSocketAddress server) {
    return port == 0 ? server : new InetSocketAddress(server.getAddress(), port);
  }

  /** The same another way. */
  public HealthCheck via(Via other) {
    return with(other, port, interval, timeout, rise, fall);
  }

  /** The same at another port. */
  public HealthCheck at(int other) {
    return with(via, other, interval, timeout, rise, fall);
  }

  /** The same with another rhythm. */
  public HealthCheck every(Duration interval, Duration timeout, int rise, int fall) {
    return with(via, port, interval, timeout, rise, fall);
  }

  private HealthCheck with(
      Via via, int port, Duration interval, Duration timeout, int rise, int fall) {
    return new HealthCheck(
        kind,
        via,
        port,
        datagram,
        path,
        host,
        lowestStatus,
        highestStatus,
        interval,
        timeout,
        rise,
        fall);
  }
}
