package dev.shunt.ops.lab;

import java.time.Duration;

/**
 * What load to make.
 *
 * @param connections keep-alive connections that probe all the time
 * @param interval from one probe of a connection to its next
 * @param bytes of checked content per answer
 * @param freshPerSecond new connections per second, each with one request
 * @param hold how long a new connection stays after its request, to make a second one and end; none
 *     for zero
 * @param limit the client ends by itself after this
 */
public record LoadOptions(
    String host,
    int port,
    int connections,
    Duration interval,
    int bytes,
    int freshPerSecond,
    Duration hold,
    Duration limit) {

  public static final int MAX_CONNECTIONS = 1_024;
  public static final int MAX_FRESH = 5_000;
  static final int MAX_BYTES = 1 << 20;

  private static final Duration MAX_LIMIT = Duration.ofHours(24);

  public LoadOptions {
    require("connections", connections, 0, MAX_CONNECTIONS);
    require("bytes", bytes, 1, MAX_BYTES);
    require("fresh", freshPerSecond, 0, MAX_FRESH);
    require("port", port, 1, 65_535);
    if (interval.isNegative()
        || hold.isNegative()
        || limit.isNegative()
        || limit.compareTo(MAX_LIMIT) > 0) {
      throw new LabException(
          "load: times are not negative, and at most " + MAX_LIMIT.toHours() + " h");
    }
  }

  /**
   * Load on the service {@code web}: a dozen probing connections and 20 new ones per second. As
   * much as two cores carry besides three members and three servers: more would measure its own
   * queue.
   */
  public static LoadOptions standard() {
    return new LoadOptions(
        LabTopology.VIP,
        LabTopology.WEB_PORT,
        12,
        Duration.ofMillis(10),
        256,
        20,
        Duration.ZERO,
        Duration.ofMinutes(10));
  }

  public LoadOptions withTarget(String otherHost, int otherPort) {
    return new LoadOptions(
        otherHost, otherPort, connections, interval, bytes, freshPerSecond, hold, limit);
  }

  public LoadOptions withConnections(int count, Duration between) {
    return new LoadOptions(host, port, count, between, bytes, freshPerSecond, hold, limit);
  }

  public LoadOptions withFresh(int perSecond) {
    return new LoadOptions(host, port, connections, interval, bytes, perSecond, hold, limit);
  }

  /** New connections stay for so long, and then show that they still live. */
  public LoadOptions withHold(Duration time) {
    return new LoadOptions(host, port, connections, interval, bytes, freshPerSecond, time, limit);
  }

  private static void require(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new LabException("load: %s %d: allowed is %d to %d".formatted(what, value, min, max));
    }
  }
}
