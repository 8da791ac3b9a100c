package dev.shunt.ops.config;

import dev.shunt.node.HashKey;
import dev.shunt.node.HealthCheck;
import dev.shunt.node.Http2Limits;
import dev.shunt.node.Limits;
import dev.shunt.node.ProxyProtocol;
import dev.shunt.node.RoutingRule;
import dev.shunt.node.ServerPolicy;
import dev.shunt.node.TcpRelay;
import dev.shunt.node.Timeouts;
import dev.shunt.node.TlsTermination;
import dev.shunt.node.TlsToServers;
import dev.shunt.node.ToServers;
import dev.shunt.node.UdpRelay;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.Algorithm;
import dev.shunt.scheduler.ReturnPath;
import dev.shunt.scheduler.SynCookies;
import java.util.List;
import java.util.Optional;

/**
 * A service: where clients reach it, and what stands behind.
 *
 * @param name unique in the array
 * @param frontend a virtual IP and port, or an address of the host itself
 * @param algorithm how the scheduler chooses a target
 * @param protocol what it carries
 * @param labels whether sessions have labels of their own, and the packets of a direct service
 *     carry labels to its servers
 * @param admission how many new sessions it takes
 * @param everyone whether every member gets every packet and takes its own share, without a
 *     scheduler
 * @param answers which way they go to the client; of a direct service its servers' hosts decide
 * @param serverAlgorithm how a node chooses a server
 * @param hash of what, where the node chooses by hash
 * @param rules which servers are for which requests; the first that holds decides
 * @param policy what protects its servers and sessions
 * @param cookies when the scheduler answers SYNs by cookies
 * @param http2 whether clients may speak HTTP/2, and what they may do
 * @param tls how clients' connections are encrypted, if they are
 * @param serverTls how connections to servers are encrypted, if they are
 * @param toServers what is spoken to servers
 * @param proxy whom the service believes, and what it tells, about who a client is
 * @param tcp how bytes are relayed; present with {@code mode: tcp} only
 * @param udp how datagrams are relayed; present with {@code mode: udp} only
 * @param stages in the order that requests pass them
 */
public record ServiceConfig(
    String name,
    ServiceMode mode,
    Frontend frontend,
    Protocol protocol,
    Algorithm algorithm,
    ServerAlgorithm serverAlgorithm,
    HashKey hash,
    List<RoutingRule> rules,
    ServerPolicy policy,
    List<ServerConfig> servers,
    boolean labels,
    Admission admission,
    SynCookies cookies,
    boolean everyone,
    ReturnPath answers,
    HealthCheck health,
    Limits limits,
    Timeouts timeouts,
    ForwardingConfig forwarding,
    Http2Limits http2,
    Optional<TlsTermination> tls,
    Optional<TlsToServers> serverTls,
    ToServers toServers,
    ProxyProtocol proxy,
    Optional<TcpRelay> tcp,
    Optional<UdpRelay> udp,
    List<StageSettings> stages) {

  public static final int MAX_SERVICES = 256;
  public static final int MAX_SERVERS = 256;
  public static final int MAX_STAGES = 32;

  public boolean isDirect() {
    return mode == ServiceMode.DIRECT;
  }

  public ServiceConfig {
    servers = List.copyOf(servers);
    rules = List.copyOf(rules);
    stages = List.copyOf(stages);
  }
}
