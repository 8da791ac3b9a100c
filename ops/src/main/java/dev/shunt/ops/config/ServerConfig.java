package dev.shunt.ops.config;

import java.net.InetSocketAddress;

/**
 * A server behind a service.
 *
 * @param name unique in its service; the address when none is configured
 * @param address where it listens
 * @param weight its share of requests, 1 to {@value #MAX_WEIGHT}
 */
public record ServerConfig(String name, InetSocketAddress address, int weight) {

  public static final int MAX_WEIGHT = 256;
}
