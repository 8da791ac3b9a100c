package dev.shunt.ops.config;

/**
 * What a client or server of a service may do at most.
 *
 * @param requestLineBytes the first line of a request
 * @param headerBytes first line and headers together
 * @param headerCount header lines
 * @param bodyBytes a request's body; 0 is without a limit
 * @param clientConnections at once
 * @param requestsPerConnection then the client's connection is closed after the response
 * @param pendingPerServer requests under way to one server
 * @param idlePerServer idle connections kept to one server
 * @param requestsPerServerConnection then the server's connection is not used again
 * @param bufferedBytes what waits in memory for a slow side of a connection
 * @param attempts servers tried for one request whose connection fails
 */
public record LimitsConfig(
    int requestLineBytes,
    int headerBytes,
    int headerCount,
    long bodyBytes,
    int clientConnections,
    int requestsPerConnection,
    int pendingPerServer,
    int idlePerServer,
    int requestsPerServerConnection,
    int bufferedBytes,
    int attempts) {

  public static final LimitsConfig DEFAULT =
      new LimitsConfig(8192, 32_768, 100, 0, 65_536, 1_000_000, 4096, 512, 1_000_000, 131_072, 3);
}
