package dev.shunt.scheduler;

import dev.shunt.replication.Protocol;

/**
 * A VIP, port and protocol that clients use.
 *
 * @param name its name in the configuration, unique
 */
public record Service(String name, Vip vip, int port, Protocol protocol) {

  public Service {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + ": allowed is 1 to 65535");
    }
  }
}
