package dev.shunt.ops.config;

import dev.shunt.node.NodeConfig;
import java.time.Duration;

/**
 * How every node works, whatever its services.
 *
 * @param eventLoops threads; 0 is one per core
 * @param drainTime how long a stop waits for requests under way
 * @param bufferedBytes see {@link NodeConfig#bufferedBytes}; 0 is what suits each member's JVM, for
 *     the configuration is the same on all, whatever memory they have
 */
public record NodeSettings(
    int eventLoops, TransportType transport, Duration drainTime, long bufferedBytes) {

  public static final NodeSettings DEFAULT =
      new NodeSettings(0, TransportType.AUTO, NodeConfig.DEFAULT_DRAIN_TIME, 0);
}
