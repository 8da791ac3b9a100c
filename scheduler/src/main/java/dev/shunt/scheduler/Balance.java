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
 * @param everyone whether every member gets every packet and takes its own share of them, by
 *     calculation, without a scheduler (claims H34, H44)
 */
public record Balance(
    Algorithm algorithm, List<DirectServer> servers, boolean labels, boolean everyone) {

  public static final Balance DEFAULT = proxied(Algorithm.MAGLEV);

  public Balance {
    servers = List.copyOf(servers);
    if (everyone && (!algorithm.pick().isSum() || !servers.isEmpty())) {
      throw new IllegalArgumentException(
          "everyone with " + algorithm + ": allowed is a sum over the members");
    }
  }

  /** By a scheduler. */
  public Balance(Algorithm algorithm, List<DirectServer> servers, boolean labels) {
    this(algorithm, servers, labels, false);
  }

  /** Over the members. */
  public static Balance proxied(Algorithm algorithm) {
    return new Balance(algorithm, List.of(), true);
  }

  public boolean isDirect() {
    return !servers.isEmpty();
  }
}
