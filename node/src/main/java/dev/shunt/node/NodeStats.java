package dev.shunt.node;

import java.util.List;

/**
 * What a node has done since its start.
 *
 * @param transport what carries the bytes
 * @param tls what does the arithmetic of TLS: {@code boringssl} or {@code jdk}
 * @param eventLoops how many threads
 * @param services one for each service, in the order of the configuration
 */
public record NodeStats(String transport, String tls, int eventLoops, List<ServiceStats> services) {

  public NodeStats {
    services = List.copyOf(services);
  }
}
