package dev.shunt.scheduler;

import dev.shunt.replication.Protocol;

/**
 * A VIP, port and protocol that clients use.
 *
 * @param name its name in the configuration, unique
 * @param balance how its sessions are spread
 */
public record Service(String name, Vip vip, int port, Protocol protocol, Balance balance) {

  public Service {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + ": allowed is 1 to 65535");
    }
  }

  /** A service by the default algorithm. */
  public Service(String name, Vip vip, int port, Protocol protocol) {
    this(name, vip, port, protocol, Balance.DEFAULT);
  }
}
