package dev.shunt.ops.config;

import java.time.Duration;

/**
 * How every node works, whatever its services.
 *
 * @param eventLoops threads; 0 is one per core
 * @param drainTime how long a stop waits for requests under way
 */
public record NodeSettings(int eventLoops, TransportType transport, Duration drainTime) {

  public static final NodeSettings DEFAULT =
      new NodeSettings(0, TransportType.AUTO, Duration.ofSeconds(10));
}
