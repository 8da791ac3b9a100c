package dev.shunt.scheduler;

import dev.shunt.replication.Protocol;

/**
 * A VIP, port and protocol that clients use.
 *
 * @param name its name in the configuration, unique
 * @param balance how its sessions are spread
 * @param labels whether its sessions get labels of their own
 * @param answers which way they come back; of a direct service its servers' hosts decide
 */
public record Service(
    String name,
    Vip vip,
    int port,
    Protocol protocol,
    Balance balance,
    boolean labels,
    ReturnPath answers) {

  public Service {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + ": allowed is 1 to 65535");
    }
  }

  /** One that is answered directly. */
  public Service(
      String name, Vip vip, int port, Protocol protocol, Balance balance, boolean labels) {
    this(name, vip, port, protocol, balance, labels, ReturnPath.DIRECT);
  }

  /** One whose sessions go by their target's label. */
  public Service(String name, Vip vip, int port, Protocol protocol, Balance balance) {
    this(name, vip, port, protocol, balance, false);
  }

  /** A service by the default algorithm. */
  public Service(String name, Vip vip, int port, Protocol protocol) {
    this(name, vip, port, protocol, Balance.DEFAULT);
  }
}
