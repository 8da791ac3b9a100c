package dev.shunt.node;

import java.util.List;
import java.util.Optional;

/**
 * One service: where it listens and what it relays to.
 *
 * @param name its name in the configuration
 * @param listeners the addresses clients connect to, at least one
 * @param servers what stands behind, at most {@value ServerPool#MAX_SERVERS}, each name once
 * @param routing which servers are for which request, and how one of them is chosen
 * @param policy what protects servers and sessions when something fails or is new
 * @param healthCheck how it is found out whether a server works
 * @param limits what a client or server may do at most
 * @param timeouts how long anything may take
 * @param forwarding what servers are told about the client
 * @param http2 what clients may do over HTTP/2, and whether it is spoken
 * @param tls how clients' connections are encrypted; absent: they are not
 * @param serverTls how connections to servers are encrypted; absent: they are not
 * @param toServers what is spoken to servers
 * @param proxy whom it believes, and what it tells, about who the client is
 * @param tcp how bytes are relayed as they come; absent: they are HTTP requests, or datagrams
 * @param udp how datagrams are relayed; absent: clients connect by TCP
 * @param stages what requests and responses pass, in this order (responses the other way round)
 */
public record HttpService(
    String name,
    List<Listener> listeners,
    List<Server> servers,
    Routing routing,
    ServerPolicy policy,
    HealthCheck healthCheck,
    Limits limits,
    Timeouts timeouts,
    Forwarding forwarding,
    Http2Limits http2,
    Optional<TlsTermination> tls,
    Optional<TlsToServers> serverTls,
    ToServers toServers,
    ProxyProtocol proxy,
    Optional<TcpRelay> tcp,
    Optional<UdpRelay> udp,
    List<StageConfig> stages) {

  public static final int MAX_LISTENERS = 64;
  public static final int MAX_STAGES = 32;

  public HttpService {
    listeners = List.copyOf(listeners);
    servers = List.copyOf(servers);
    stages = List.copyOf(stages);
    Ranges.check("service '" + name + "', listeners", listeners.size(), 1, MAX_LISTENERS);
    Ranges.check("service '" + name + "', stages", stages.size(), 0, MAX_STAGES);
    Ranges.check("service '" + name + "', servers", servers.size(), 0, ServerPool.MAX_SERVERS);
    if (servers.stream().map(Server::name).distinct().count() != servers.size()) {
      throw new IllegalArgumentException(
          "service '" + name + "', servers: a name stands there twice");
    }
    List<Server> list = servers;
    tcp.ifPresent(relay -> {
      relay.routes().forEach(route -> known(name, "sni", route.servers(), list));
      known(name, "sni", relay.otherwise(), list);
    });
    routing.rules().forEach(rule -> known(name, "rules", rule.servers(), list));
    String mode = udp.isPresent() ? "udp" : tcp.isPresent() ? "tcp" : "";
    checkProtocol(name, toServers, serverTls.isPresent(), proxy, mode);
    if (!mode.isEmpty()) {
      none(name, "rules", routing.rules().isEmpty(), mode);
      none(name, "stages", stages.isEmpty(), mode);
    }
    if (udp.isPresent()) {
      checkDatagrams(name, tls.isPresent() || serverTls.isPresent(), proxy, listeners);
    }
    if (tcp.isPresent() && udp.isPresent()) {
      throw new IllegalArgumentException(
          "service '" + name + "': found both mode tcp and mode udp");
    }
  }

  private static void none(String service, String key, boolean none, String mode) {
    if (!none) {
      throw new IllegalArgumentException(
          "service '%s', %s: they are for requests, which mode %s does not look at"
              .formatted(service, key, mode));
    }
  }

  private static void checkDatagrams(
      String service, boolean tls, ProxyProtocol proxy, List<Listener> listeners) {
    String wrong =
        tls
            ? "TLS, which is for connections"
            : !proxy.from().isEmpty()
                ? "accepted PROXY headers, allowed are those to servers"
                : proxy.toServers().filter(ProxyProtocol.Version.V1::equals).isPresent()
                    ? "PROXY protocol v1, allowed is v2"
                    : listeners.stream().anyMatch(l -> l.address().getAddress().isAnyLocalAddress())
                        ? "a listener on every address, allowed is one address, which answers leave"
                            + " from"
                        : "";
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "service '%s', mode udp: found %s".formatted(service, wrong));
    }
  }

  private static void checkProtocol(
      String service, ToServers toServers, boolean tls, ProxyProtocol proxy, String mode) {
    if (!toServers.http2()) {
      return;
    }
    String wrong =
        !mode.isEmpty()
            ? "with mode " + mode + ", which does not look at requests"
            : proxy.toServers().isPresent()
                ? "with the PROXY protocol to servers: a connection is many clients'"
                : tls == (toServers.protocol() == ServerProtocol.H2C)
                    ? (tls ? "with" : "without") + " TLS to servers"
                    : "";
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "service '%s', protocol to servers: found %s %s"
              .formatted(service, toServers.protocol(), wrong));
    }
  }

  private static void known(String service, String key, List<String> names, List<Server> servers) {
    for (String name : names) {
      if (servers.stream().noneMatch(server -> server.name().equals(name))) {
        throw new IllegalArgumentException(
            "service '%s', %s: found server '%s', allowed is one of %s"
                .formatted(service, key, name, servers.stream().map(Server::name).toList()));
      }
    }
  }

  /** A service with everything else at its default, without stages. */
  public static HttpService of(String name, List<Listener> listeners, List<Server> servers) {
    return new HttpService(
        name,
        listeners,
        servers,
        Routing.DEFAULT,
        ServerPolicy.DEFAULT,
        HealthCheck.tcp(),
        Limits.DEFAULT,
        Timeouts.DEFAULT,
        Forwarding.DEFAULT,
        Http2Limits.DEFAULT,
        Optional.empty(),
        Optional.empty(),
        ToServers.DEFAULT,
        ProxyProtocol.NONE,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** Whether bytes or datagrams are relayed as they come, and nothing is a request. */
  public boolean isRelay() {
    return tcp.isPresent() || udp.isPresent();
  }

  public HttpService with(Balancing changed) {
    return with(routing.with(changed));
  }

  public HttpService with(Routing changed) {
    Parts parts = new Parts(this);
    parts.routing = changed;
    return parts.service();
  }

  public HttpService with(ServerPolicy changed) {
    Parts parts = new Parts(this);
    parts.policy = changed;
    return parts.service();
  }

  public HttpService with(HealthCheck changed) {
    Parts parts = new Parts(this);
    parts.healthCheck = changed;
    return parts.service();
  }

  public HttpService with(Limits changed) {
    Parts parts = new Parts(this);
    parts.limits = changed;
    return parts.service();
  }

  public HttpService with(Timeouts changed) {
    Parts parts = new Parts(this);
    parts.timeouts = changed;
    return parts.service();
  }

  public HttpService with(Forwarding changed) {
    Parts parts = new Parts(this);
    parts.forwarding = changed;
    return parts.service();
  }

  public HttpService with(Http2Limits changed) {
    Parts parts = new Parts(this);
    parts.http2 = changed;
    return parts.service();
  }

  public HttpService with(TlsTermination changed) {
    Parts parts = new Parts(this);
    parts.tls = Optional.of(changed);
    return parts.service();
  }

  public HttpService with(TlsToServers changed) {
    Parts parts = new Parts(this);
    parts.serverTls = Optional.of(changed);
    return parts.service();
  }

  public HttpService with(ToServers changed) {
    Parts parts = new Parts(this);
    parts.toServers = changed;
    return parts.service();
  }

  public HttpService with(ProxyProtocol changed) {
    Parts parts = new Parts(this);
    parts.proxy = changed;
    return parts.service();
  }

  public HttpService with(TcpRelay changed) {
    Parts parts = new Parts(this);
    parts.tcp = Optional.of(changed);
    return parts.service();
  }

  public HttpService with(UdpRelay changed) {
    Parts parts = new Parts(this);
    parts.udp = Optional.of(changed);
    return parts.service();
  }

  public HttpService withStages(StageConfig... changed) {
    Parts parts = new Parts(this);
    parts.stages = List.of(changed);
    return parts.service();
  }

  /** What may differ between a service and a copy of it. */
  private static final class Parts {
    private final HttpService of;
    private Routing routing;
    private ServerPolicy policy;
    private HealthCheck healthCheck;
    private Limits limits;
    private Timeouts timeouts;
    private Forwarding forwarding;
    private Http2Limits http2;
    private Optional<TlsTermination> tls;
    private Optional<TlsToServers> serverTls;
    private ToServers toServers;
    private ProxyProtocol proxy;
    private Optional<TcpRelay> tcp;
    private Optional<UdpRelay> udp;
    private List<StageConfig> stages;

    Parts(HttpService of) {
      this.of = of;
      routing = of.routing;
      policy = of.policy;
      healthCheck = of.healthCheck;
      limits = of.limits;
      timeouts = of.timeouts;
      forwarding = of.forwarding;
      http2 = of.http2;
      tls = of.tls;
      serverTls = of.serverTls;
      toServers = of.toServers;
      proxy = of.proxy;
      tcp = of.tcp;
      udp = of.udp;
      stages = of.stages;
    }

    HttpService service() {
      return new HttpService(
          of.name,
          of.listeners,
          of.servers,
          routing,
          policy,
          healthCheck,
          limits,
          timeouts,
          forwarding,
          http2,
          tls,
          serverTls,
          toServers,
          proxy,
          tcp,
          udp,
          stages);
    }
  }
}
