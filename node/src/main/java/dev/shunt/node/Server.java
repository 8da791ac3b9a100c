package dev.shunt.node;

import java.net.InetSocketAddress;

/**
 * A back-end web server, as configured and as it is now.
 *
 * @param name its name in the configuration
 * @param address where it listens
 * @param weight its share of new sessions, 1 to {@value #MAX_WEIGHT}
 * @param healthy whether health checks find it working
 * @param drained whether an operator keeps new sessions from it
 * @param ejected whether it failed too many requests just now, see {@link Ejection}
 */
public record Server(
    String name,
    InetSocketAddress address,
    int weight,
    boolean healthy,
    boolean drained,
    boolean ejected) {

  public static final int MAX_WEIGHT = 256;

  public Server {
    Ranges.check("server '" + name + "', weight", weight, 1, MAX_WEIGHT);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("server at " + address + ": a name is missing");
    }
    if (address.isUnresolved()) {
      throw new IllegalArgumentException(
          "server '" + name + "': found " + address + ", allowed is an IP address and a port");
    }
  }

  /** A server that is not ejected. */
  public Server(
      String name, InetSocketAddress address, int weight, boolean healthy, boolean drained) {
    this(name, address, weight, healthy, drained, false);
  }

  /** A server that is taken to work until a check finds otherwise. */
  public Server(String name, InetSocketAddress address, int weight) {
    this(name, address, weight, true, false);
  }

  public ServerState state() {
    if (!healthy) {
      return ServerState.DOWN;
    }
    return ejected ? ServerState.EJECTED : drained ? ServerState.DRAINED : ServerState.UP;
  }

  Server withHealthy(boolean changed) {
    return new Server(name, address, weight, changed, drained, ejected);
  }

  Server withDrained(boolean changed) {
    return new Server(name, address, weight, healthy, changed, ejected);
  }

  Server withEjected(boolean changed) {
    return new Server(name, address, weight, healthy, drained, changed);
  }
}
