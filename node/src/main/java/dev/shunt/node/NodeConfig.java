package dev.shunt.node;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a node does.
 *
 * @param services what it relays, at most {@value #MAX_SERVICES}, each name once
 * @param eventLoops how many threads; 0 is one per core
 * @param transport which system interface carries the bytes
 * @param cookieKey the secret, equal on all members, that cookies are made with; at least {@value
 *     #MIN_KEY_BYTES} bytes; asked once per service at the start, and only if a stage needs it
 * @param ticketKey the secret, equal on all members, that keys of TLS session tickets are made
 *     with; at least {@value #MIN_KEY_BYTES} bytes; asked once, and only if a service has TLS
 * @param drainTime how long {@link Node#close()} waits for requests under way
 * @param bufferedBytes what waits in memory for slow sides of all connections, at most: from seven
 *     eighths of it on new requests get 503 and new connections to relay are closed, beyond it
 *     those clients are cut that hold the most; looked at every {@value Timeouts#RESOLUTION_MILLIS}
 *     ms
 * @param stageHome what stages come from, and where they keep things
 */
public record NodeConfig(
    List<HttpService> services,
    int eventLoops,
    TransportChoice transport,
    Supplier<byte[]> cookieKey,
    Supplier<byte[]> ticketKey,
    Duration drainTime,
    long bufferedBytes,
    StageHome stageHome) {

  public static final int MAX_SERVICES = 256;
  public static final int MAX_EVENT_LOOPS = 256;
  public static final int MIN_KEY_BYTES = 16;
  public static final Duration DEFAULT_DRAIN_TIME = Duration.ofSeconds(10);
  public static final long MIN_BUFFERED_BYTES = 1 << 20;
  public static final long MAX_BUFFERED_BYTES = 1L << 40;

  /** Half of what the JVM's heap may have, as may, unless it is told otherwise, all its buffers. */
  public static final long DEFAULT_BUFFERED_BYTES =
      Math.max(MIN_BUFFERED_BYTES, Runtime.getRuntime().maxMemory() / 2);

  public NodeConfig {
    services = List.copyOf(services);
    Ranges.check("services", services.size(), 0, MAX_SERVICES);
    Ranges.check("event loops", eventLoops, 0, MAX_EVENT_LOOPS);
    Ranges.check("buffered bytes", bufferedBytes, MIN_BUFFERED_BYTES, MAX_BUFFERED_BYTES);
    if (services.stream().map(HttpService::name).distinct().count() != services.size()) {
      throw new IllegalArgumentException("services: a name stands there twice");
    }
    if (drainTime.isNegative()) {
      throw new IllegalArgumentException(
          "drain time: found " + drainTime + ", allowed is 0 or more");
    }
  }

  /** Without plug-ins, and with the usual bound of what waits in memory. */
  public NodeConfig(
      List<HttpService> services,
      int eventLoops,
      TransportChoice transport,
      Supplier<byte[]> cookieKey,
      Supplier<byte[]> ticketKey,
      Duration drainTime) {
    this(
        services,
        eventLoops,
        transport,
        cookieKey,
        ticketKey,
        drainTime,
        DEFAULT_BUFFERED_BYTES,
        StageHome.here());
  }

  /** The same with stages out of plug-in jars. */
  public NodeConfig withPlugins(List<StageProvider> plugins) {
    return new NodeConfig(
        services,
        eventLoops,
        transport,
        cookieKey,
        ticketKey,
        drainTime,
        bufferedBytes,
        new StageHome(plugins, stageHome.directory()));
  }

  /** The same with another bound of what waits in memory. */
  public NodeConfig withBufferedBytes(long most) {
    return new NodeConfig(
        services, eventLoops, transport, cookieKey, ticketKey, drainTime, most, stageHome);
  }

  /** These services with everything else at its default. */
  public static NodeConfig of(List<HttpService> services, Supplier<byte[]> cookieKey) {
    return new NodeConfig(
        services, 0, TransportChoice.AUTO, cookieKey, cookieKey, DEFAULT_DRAIN_TIME);
  }
}
