package dev.shunt.scheduler;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A server that gets clients' packets as they are: it has the VIP on its loopback and answers past
 * the scheduler (claim L12).
 *
 * @param name unique in its service
 * @param check its own address on the data network, and the port where it is checked
 * @param weight its share of new sessions, 1 to {@value Target#MAX_WEIGHT}
 * @param dataAddress where labels in UDP to it go, if it gets any
 */
public record DirectServer(
    String name, InetSocketAddress check, int weight, InetAddress dataAddress) {

  /** One that has only this address. */
  public DirectServer(String name, InetSocketAddress check, int weight) {
    this(name, check, weight, check.getAddress());
  }

  /** What a target, and a drain, of this server is called. */
  public static String targetName(String service, String server) {
    return service + "/" + server;
  }
}
