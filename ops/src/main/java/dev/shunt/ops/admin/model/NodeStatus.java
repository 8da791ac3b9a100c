package dev.shunt.ops.admin.model;

import java.util.List;

/**
 * The proxy of a member, all services together.
 *
 * @param transport what carries the bytes: {@code io_uring}, {@code epoll} or {@code nio}
 * @param tls what does the arithmetic of TLS: {@code boringssl} or {@code jdk}
 * @param eventLoops threads
 * @param bufferedBytes that wait in memory for slow sides of all connections
 * @param bufferedLimit what they may be
 * @param plugins names of stages out of plug-in jars
 * @param connections of clients, open now
 * @param active requests under way now
 * @param requests since the start
 * @param responses by class of status
 * @param ocsp of each certificate that has, or must have, an OCSP response
 */
public record NodeStatus(
    String transport,
    String tls,
    int eventLoops,
    long bufferedBytes,
    long bufferedLimit,
    List<String> plugins,
    long connections,
    long active,
    long requests,
    StatusClasses responses,
    List<OcspReport> ocsp) {

  public NodeStatus {
    plugins = List.copyOf(plugins);
    ocsp = List.copyOf(ocsp);
  }
}
