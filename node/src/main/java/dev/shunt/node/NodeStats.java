package dev.shunt.node;

import java.util.List;

/**
 * What a node has done since its start.
 *
 * @param transport what carries the bytes
 * @param tls what does the arithmetic of TLS: {@code boringssl} or {@code jdk}
 * @param eventLoops how many threads
 * @param buffered bytes that wait in memory for slow sides of all connections
 * @param bufferedLimit what they may be, {@link NodeConfig#bufferedBytes}
 * @param plugins names of stages out of plug-in jars
 * @param services one for each service, in the order of the configuration
 */
public record NodeStats(
    String transport,
    String tls,
    int eventLoops,
    long buffered,
    long bufferedLimit,
    List<String> plugins,
    List<ServiceStats> services) {

  public NodeStats {
    plugins = List.copyOf(plugins);
    services = List.copyOf(services);
  }
}
