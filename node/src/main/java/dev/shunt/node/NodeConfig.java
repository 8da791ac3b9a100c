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
 * @param stageHome what stages come from, and where they keep things
 */
public record NodeConfig(
    List<HttpService> services,
    int eventLoops,
    TransportChoice transport,
    Supplier<byte[]> cookieKey,
    Supplier<byte[]> ticketKey,
    Duration drainTime,
    StageHome stageHome) {

  public static final int MAX_SERVICES = 256;
  public static final int MAX_EVENT_LOOPS = 256;
  public static final int MIN_KEY_BYTES = 16;
  public static final Duration DEFAULT_DRAIN_TIME = Duration.ofSeconds(10);

  public NodeConfig {
    services = List.copyOf(services);
    Ranges.check("services", services.size(), 0, MAX_SERVICES);
    Ranges.check("event loops", eventLoops, 0, MAX_EVENT_LOOPS);
    if (services.stream().map(HttpService::name).distinct().count() != services.size()) {
      throw new IllegalArgumentException("services: a name stands there twice");
    }
    if (drainTime.isNegative()) {
      throw new IllegalArgumentException(
          "drain time: found " + drainTime + ", allowed is 0 or more");
    }
  }

  /** Without plug-ins. */
  public NodeConfig(
      List<HttpService> services,
      int eventLoops,
      TransportChoice transport,
      Supplier<byte[]> cookieKey,
      Supplier<byte[]> ticketKey,
      Duration drainTime) {
    this(services, eventLoops, transport, cookieKey, ticketKey, drainTime, StageHome.here());
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
        new StageHome(plugins, stageHome.directory()));
  }

  /** These services with everything else at its default. */
  public static NodeConfig of(List<HttpService> services, Supplier<byte[]> cookieKey) {
    return new NodeConfig(
        services, 0, TransportChoice.AUTO, cookieKey, cookieKey, DEFAULT_DRAIN_TIME);
  }
}
