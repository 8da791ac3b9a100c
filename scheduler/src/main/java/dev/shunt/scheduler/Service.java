package dev.shunt.scheduler;

import dev.shunt.replication.Protocol;

/**
 * A VIP, port and protocol that clients use.
 *
 * @param name its name in the configuration, unique
 * @param balance how its sessions are spread
 * @param labels whether its sessions get labels of their own
 * @param admission how many new sessions it takes
 * @param cookies when its SYNs are answered by cookies; of TCP
 * @param answers which way they come back; of a direct service its servers' hosts decide
 */
public record Service(
    String name,
    Vip vip,
    int port,
    Protocol protocol,
    Balance balance,
    boolean labels,
    Admission admission,
    SynCookies cookies,
    ReturnPath answers) {

  public Service {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + ": allowed is 1 to 65535");
    }
  }

  /** One that admits every session, without SYN cookies, answered directly. */
  public Service(
      String name, Vip vip, int port, Protocol protocol, Balance balance, boolean labels) {
    this(
        name,
        vip,
        port,
        protocol,
        balance,
        labels,
        Admission.NONE,
        SynCookies.OFF,
        ReturnPath.DIRECT);
  }

  /** One whose sessions go by their target's label. */
  public Service(String name, Vip vip, int port, Protocol protocol, Balance balance) {
    this(name, vip, port, protocol, balance, false);
  }

  /** A service by the default algorithm. */
  public Service(String name, Vip vip, int port, Protocol protocol) {
    this(name, vip, port, protocol, Balance.DEFAULT);
  }

  /** The same with other limits. */
  public Service with(Admission changed) {
    return new Service(name, vip, port, protocol, balance, labels, changed, cookies, answers);
  }

  /** The same with other cookies. */
  public Service with(SynCookies changed) {
    return new Service(name, vip, port, protocol, balance, labels, admission, changed, answers);
  }

  /** The same, answered another way. */
  public Service with(ReturnPath changed) {
    return new Service(name, vip, port, protocol, balance, labels, admission, cookies, changed);
  }

  /** The same, its sessions with labels of their own or not. */
  public Service withLabels(boolean changed) {
    return new Service(name, vip, port, protocol, balance, changed, admission, cookies, answers);
  }
}
