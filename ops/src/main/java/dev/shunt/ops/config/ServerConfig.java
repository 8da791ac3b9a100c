package dev.shunt.ops.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A server behind a service.
 *
 * @param name unique in its service; the address when none is configured
 * @param address where it listens
 * @param weight its share of requests, 1 to {@value #MAX_WEIGHT}
 * @param dataAddress of a direct server, where labels in UDP to it go, if not to its address
 */
public record ServerConfig(
    String name, InetSocketAddress address, int weight, Optional<InetAddress> dataAddress) {

  public static final int MAX_WEIGHT = 256;

  /** One that has only this address. */
  public ServerConfig(String name, InetSocketAddress address, int weight) {
    this(name, address, weight, Optional.empty());
  }
}
