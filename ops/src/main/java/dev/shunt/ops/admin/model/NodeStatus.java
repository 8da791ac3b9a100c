package dev.shunt.ops.admin.model;

import java.util.List;

/**
 * The proxy of a member, all services together.
 *
 * @param transport what carries the bytes: {@code io_uring}, {@code epoll} or {@code nio}
 * @param tls what does the arithmetic of TLS: {@code boringssl} or {@code jdk}
 * @param eventLoops threads
 * @param plugins names of stages out of plug-in jars
 * @param connections of clients, open now
 * @param active requests under way now
 * @param requests since the start
 * @param responses by class of status
 */
public record NodeStatus(
    String transport,
    String tls,
    int eventLoops,
    List<String> plugins,
    long connections,
    long active,
    long requests,
    StatusClasses responses) {

  public NodeStatus {
    plugins = List.copyOf(plugins);
  }
}
