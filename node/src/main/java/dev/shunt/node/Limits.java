package dev.shunt.node;

/**
 * What a client or server may do at most; each has its counter in {@link ServiceStats} or its own
 * answer.
 *
 * @param requestLineBytes the first line of a request; beyond: 414
 * @param headerBytes first line and headers together; beyond: 431 (of a server: 502)
 * @param headerCount header lines; beyond: 431 (of a server: 502)
 * @param bodyBytes a request's body; beyond: 413; 0 is without a limit
 * @param clientConnections of this service at once, or sessions of datagrams; beyond: 503
 * @param connectionsPerClient of this service at once, or sessions of datagrams, of one IPv4
 *     address or IPv6 /64 network; beyond: 503, or dropped; 0 is without a limit
 * @param clientRate bytes a second that a client must bring of a body or take of a response that
 *     waits for it, on average over {@link Timeouts#body} and {@link Timeouts#writeStall}; beyond:
 *     408 or reset; 0 takes any
 * @param requestsPerConnection then the client's connection is closed after the response
 * @param pendingPerServer requests under way to one server, shared evenly among the event loops;
 *     beyond: another server, else 503
 * @param idlePerServer idle connections kept to one server, shared evenly among the event loops
 * @param requestsPerServerConnection then the server's connection is not used again
 * @param bufferedBytes what waits in memory for a slow side of a connection before the other side
 *     is no longer read
 * @param attempts servers tried for one request whose connection fails
 */
public record Limits(
    int requestLineBytes,
    int headerBytes,
    int headerCount,
    long bodyBytes,
    int clientConnections,
    int connectionsPerClient,
    int clientRate,
    int requestsPerConnection,
    int pendingPerServer,
    int idlePerServer,
    int requestsPerServerConnection,
    int bufferedBytes,
    int attempts) {

  public static final int MAX_CLIENT_RATE = 1_000_000;

  public static final Limits DEFAULT =
      new Limits(8192, 32_768, 100, 0, 65_536, 0, 240, 1_000_000, 4096, 512, 1_000_000, 131_072, 3);

  public Limits {
    Ranges.check("limits, request line bytes", requestLineBytes, 64, 1 << 16);
    Ranges.check("limits, header bytes", headerBytes, 256, 1 << 20);
    Ranges.check("limits, header count", headerCount, 1, 10_000);
    Ranges.check("limits, body bytes", bodyBytes, 0, Long.MAX_VALUE);
    Ranges.check("limits, client connections", clientConnections, 1, 10_000_000);
    Ranges.check("limits, connections per client", connectionsPerClient, 0, 10_000_000);
    Ranges.check("limits, client rate", clientRate, 0, MAX_CLIENT_RATE);
    Ranges.check("limits, requests per connection", requestsPerConnection, 1, Integer.MAX_VALUE);
    Ranges.check("limits, pending per server", pendingPerServer, 1, 1_000_000);
    Ranges.check("limits, idle per server", idlePerServer, 0, 1_000_000);
    Ranges.check(
        "limits, requests per server connection",
        requestsPerServerConnection,
        1,
        Integer.MAX_VALUE);
    Ranges.check("limits, buffered bytes", bufferedBytes, 4096, 1 << 26);
    Ranges.check("limits, attempts", attempts, 1, 16);
  }

  /** The default with other bounds of a request. */
  public static Limits ofRequests(
      int requestLineBytes, int headerBytes, int headerCount, long bodyBytes) {
    Limits d = DEFAULT;
    return new Limits(
        requestLineBytes,
        headerBytes,
        headerCount,
        bodyBytes,
        d.clientConnections,
        d.connectionsPerClient,
        d.clientRate,
        d.requestsPerConnection,
        d.pendingPerServer,
        d.idlePerServer,
        d.requestsPerServerConnection,
        d.bufferedBytes,
        d.attempts);
  }

  /** The default with other bounds of connections. */
  public static Limits ofConnections(
      int clientConnections, int requestsPerConnection, int pendingPerServer, int idlePerServer) {
    Limits d = DEFAULT;
    return new Limits(
        d.requestLineBytes,
        d.headerBytes,
        d.headerCount,
        d.bodyBytes,
        clientConnections,
        d.connectionsPerClient,
        d.clientRate,
        requestsPerConnection,
        pendingPerServer,
        idlePerServer,
        d.requestsPerServerConnection,
        d.bufferedBytes,
        d.attempts);
  }

  /** The default with other bounds of what is relayed without being read. */
  public static Limits ofRelay(
      int clientConnections,
      int connectionsPerClient,
      int pendingPerServer,
      int bufferedBytes,
      int attempts) {
    Limits d = DEFAULT;
    return new Limits(
        d.requestLineBytes,
        d.headerBytes,
        d.headerCount,
        d.bodyBytes,
        clientConnections,
        connectionsPerClient,
        d.clientRate,
        d.requestsPerConnection,
        pendingPerServer,
        d.idlePerServer,
        d.requestsPerServerConnection,
        bufferedBytes,
        attempts);
  }

  /** The same with other bounds of what a single client may do. */
  public Limits ofClient(int connections, int rate) {
    return new Limits(
        requestLineBytes,
        headerBytes,
        headerCount,
        bodyBytes,
        clientConnections,
        connections,
        rate,
        requestsPerConnection,
        pendingPerServer,
        idlePerServer,
        requestsPerServerConnection,
        bufferedBytes,
        attempts);
  }
}
