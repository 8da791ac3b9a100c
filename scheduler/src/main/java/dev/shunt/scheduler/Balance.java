package dev.shunt.scheduler;

import java.util.List;

/**
 * How a service is spread, and over what.
 *
 * @param algorithm how a target is chosen for a new session
 * @param servers the targets of a direct service, in the order that gives them their labels; empty
 *     for a proxied service, whose targets are the members
 * @param labels whether packets to {@code servers} carry a label; else they are plain frames, for
 *     hosts that know nothing of labels
 */
public record Balance(Algorithm algorithm, List<DirectServer> servers, boolean labels) {

  public static final Balance DEFAULT = proxied(Algorithm.MAGLEV);

  public Balance {
    servers = List.copyOf(servers);
  }

  /** Over the members. */
  public static Balance proxied(Algorithm algorithm) {
    return new Balance(algorithm, List.of(), true);
  }

  public boolean isDirect() {
    return !servers.isEmpty();
  }
}
