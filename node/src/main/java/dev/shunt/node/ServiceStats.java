package dev.shunt.node;

import java.util.List;

/**
 * What happened to the requests of a service.
 *
 * @param service its name
 * @param connections client connections open now
 * @param accepted client connections in all
 * @param connectionsRefused for {@link Limits#clientConnections}
 * @param clientsRefused connections refused, and datagrams dropped, for {@link
 *     Limits#connectionsPerClient}
 * @param requests requests whose head was complete and valid; with {@code mode: tcp} connections
 *     that a server was chosen for, with {@code mode: udp} sessions, as in what follows
 * @param active requests under way now
 * @param status1xx to {@code status5xx}: answers by the class of their status, the node's own
 *     included
 * @param badRequests heads or bodies refused for what they were (400, 405, 413, 414, 417, 431, 501,
 *     505)
 * @param badResponses server responses refused for what they were
 * @param timeouts 408 and 504, and resets for a stalled side
 * @param slowClients of these: who brought or took less than {@link Limits#clientRate}
 * @param crowdedRefused requests and connections that were refused for {@link
 *     NodeConfig#bufferedBytes}
 * @param crowdedCut clients that were cut for it
 * @param noServer 503 because no server took new requests or all were at their limit
 * @param connectFailures connections to servers that failed
 * @param retries requests sent again after a failure
 * @param aborted requests whose client left, or whose response broke off, before the end
 * @param stageErrors exceptions of stages
 * @param tunnels connections upgraded
 * @param bytesIn received from clients
 * @param bytesOut sent to clients
 * @param tls handshakes of clients; {@link TlsStats#NONE} without TLS
 * @param http2 HTTP/2 connections of clients
 * @param tcp what happened to connections before, or without, a request
 * @param udp what happened to datagrams; {@link UdpStats#NONE} of other services
 * @param stages what its stages tell of themselves
 * @param policy what protected servers and sessions
 * @param latency from the complete head of a request to the end of its response; with {@code mode:
 *     tcp} until a server accepted the connection, with {@code mode: udp} from a datagram to the
 *     first answer
 * @param servers one for each server, in the order of the configuration
 */
public record ServiceStats(
    String service,
    long connections,
    long accepted,
    long connectionsRefused,
    long clientsRefused,
    long requests,
    long active,
    long status1xx,
    long status2xx,
    long status3xx,
    long status4xx,
    long status5xx,
    long badRequests,
    long badResponses,
    long timeouts,
    long slowClients,
    long crowdedRefused,
    long crowdedCut,
    long noServer,
    long connectFailures,
    long retries,
    long aborted,
    long stageErrors,
    long tunnels,
    long bytesIn,
    long bytesOut,
    TlsStats tls,
    Http2Stats http2,
    TcpStats tcp,
    UdpStats udp,
    StageStats stages,
    PolicyStats policy,
    LatencyStats latency,
    List<ServerStats> servers) {

  public ServiceStats {
    servers = List.copyOf(servers);
  }
}
