package dev.shunt.ops.config;

import dev.shunt.node.AddressRange;
import dev.shunt.node.Http2Limits;
import dev.shunt.node.Limits;
import dev.shunt.node.ProxyProtocol;
import dev.shunt.node.SniRoute;
import dev.shunt.node.TcpRelay;
import dev.shunt.node.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what is said of connections as such: PROXY protocol either way, and with {@code mode: tcp}
 * how they are relayed.
 */
final class RelayReader {

  private static final ScalarType<Duration> TIMEOUT =
      Scalars.duration(Duration.ofMillis(1), Duration.ofDays(7));
  private static final ScalarType<String> SNI_NAME =
      new ScalarType<>(
          "a host name in lower case, or *. and one", t -> Optional.of(t).filter(SniRoute::isName));

  private final Section section;
  private final ServiceMode mode;
  private Optional<Duration> lifetime = Optional.empty();

  RelayReader(Section section, ServiceMode mode) {
    this.section = section;
    this.mode = mode;
    String found = "mode " + Scalars.keyword(mode);
    if (mode != ServiceMode.TCP) {
      section.refuse(found, "mode tcp", "sni", "sni_default");
    }
    boolean relayed = mode == ServiceMode.TCP || mode == ServiceMode.UDP;
    if (relayed) {
      section.refuse(found, "mode http", "http2", "forwarding", "stages");
    } else {
      section.refuse(found, "mode tcp or udp", "access_log");
    }
    if (mode == ServiceMode.DIRECT) {
      section.refuse(found, "mode http or tcp", "accept_proxy", "proxy_protocol");
    }
  }

  /** {@code accept_proxy:} and {@code proxy_protocol:}. */
  ProxyProtocol proxy() {
    Optional<Section> accepted = section.section("accept_proxy");
    List<AddressRange> from = accepted.map(RelayReader::from).orElse(List.of());
    Duration timeout =
        accepted
            .map(s ->
                s.get(
                    "timeout",
                    Scalars.duration(ProxyProtocol.MIN_TIMEOUT, ProxyProtocol.MAX_TIMEOUT),
                    ProxyProtocol.DEFAULT_TIMEOUT))
            .orElse(ProxyProtocol.DEFAULT_TIMEOUT);
    accepted.ifPresent(Section::finish);
    return new ProxyProtocol(
        from, timeout, section.find("proxy_protocol", Scalars.oneOf(ProxyProtocol.Version.class)));
  }

  private static List<AddressRange> from(Section accepted) {
    List<AddressRange> from = new ArrayList<>();
    Optional<Value> list = accepted.value("from");
    if (list.isEmpty()) {
      accepted.missing("from", "a list of the proxies' networks");
    }
    for (Value item : list.map(v -> v.items(ProxyProtocol.MAX_FROM)).orElse(List.of())) {
      item.as(ServiceReader.ADDRESS_RANGE).map(AddressRange::parse).ifPresent(from::add);
    }
    list.filter(v -> v.isList() && v.items(ProxyProtocol.MAX_FROM).isEmpty())
        .ifPresent(v -> v.report("no networks", "a list of the proxies' networks"));
    return from;
  }

  /** HTTP/2 is for requests. */
  Http2Limits http2() {
    Http2Limits read = Http2Reader.read(section, mode);
    return mode == ServiceMode.TCP || mode == ServiceMode.UDP ? Http2Limits.OFF : read;
  }

  Limits limits() {
    return section
        .section("limits")
        .map(mode == ServiceMode.TCP ? RelayReader::tcpLimits : ServiceBehaviour::limits)
        .orElse(Limits.DEFAULT);
  }

  private static Limits tcpLimits(Section s) {
    Limits d = Limits.DEFAULT;
    Limits limits =
        Limits.ofRelay(
            s.get("client_connections", Scalars.integer(1, 10_000_000), d.clientConnections()),
            s.get(
                "connections_per_client", Scalars.integer(0, 10_000_000), d.connectionsPerClient()),
            s.get("pending_per_server", Scalars.integer(1, 1_000_000), d.pendingPerServer()),
            s.get("buffered_bytes", Scalars.smallSize(4096, 1 << 26), d.bufferedBytes()),
            s.get("attempts", Scalars.integer(1, 16), d.attempts()));
    s.finish();
    return limits;
  }

  Timeouts timeouts() {
    return section
        .section("timeouts")
        .map(mode == ServiceMode.TCP ? this::tcpTimeouts : ServiceBehaviour::timeouts)
        .orElse(Timeouts.DEFAULT);
  }

  private Timeouts tcpTimeouts(Section s) {
    Timeouts d = Timeouts.DEFAULT;
    lifetime = s.find("lifetime", Scalars.duration(TcpRelay.MIN_LIFETIME, TcpRelay.MAX_LIFETIME));
    Timeouts timeouts =
        new Timeouts(
            s.get("hello", TIMEOUT, d.header()),
            d.idle(),
            d.body(),
            s.get("connect", TIMEOUT, d.connect()),
            d.response(),
            d.responseBody(),
            s.get("write_stall", TIMEOUT, d.writeStall()),
            d.serverIdle(),
            s.get("idle", TIMEOUT, d.tunnel()),
            d.linger());
    s.finish();
    return timeouts;
  }

  /**
   * {@code sni:} and what else there is with {@code mode: tcp}; read after {@link #timeouts}.
   *
   * @param servers of the service, which routes name
   */
  Optional<TcpRelay> relay(List<ServerConfig> servers) {
    boolean log = mode != ServiceMode.UDP && section.get("access_log", Scalars.SWITCH, false);
    List<String> known = servers.stream().map(ServerConfig::name).toList();
    List<SniRoute> routes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Optional<Value> list = section.value("sni");
    for (Value item : list.map(v -> v.items(TcpRelay.MAX_ROUTES)).orElse(List.of())) {
      route(new Section(item), known, names).ifPresent(routes::add);
    }
    list.filter(v -> v.isList() && v.items(TcpRelay.MAX_ROUTES).isEmpty())
        .ifPresent(v -> v.report("no routes", "a list of names with their servers"));
    Optional<Value> rest = section.value("sni_default");
    List<String> otherwise = rest.map(v -> servers(v, known)).orElse(List.of());
    if (list.isEmpty()) {
      rest.ifPresent(v -> v.report("sni_default without sni", "sni_default with sni"));
    } else if (section.has("tls")) {
      section
          .at("sni")
          .report("sni with tls", "sni where the servers end their clients' TLS themselves");
    }
    return mode == ServiceMode.TCP
        ? Optional.of(new TcpRelay(routes, otherwise, lifetime, log))
        : Optional.empty();
  }

  private static Optional<SniRoute> route(Section s, List<String> known, Set<String> seen) {
    List<String> names = new ArrayList<>();
    Optional<Value> list = s.value("names");
    if (list.isEmpty()) {
      s.missing("names", "a list of at least one name");
    }
    for (Value item : list.map(v -> v.items(SniRoute.MAX_NAMES)).orElse(List.of())) {
      Optional<String> name = item.as(SNI_NAME);
      if (name.isPresent() && !seen.add(name.get())) {
        item.report("the name " + name.get() + " a second time", "each name once");
      } else {
        name.ifPresent(names::add);
      }
    }
    Optional<Value> servers = s.value("servers");
    if (servers.isEmpty()) {
      s.missing("servers", "a list of names of the service's servers");
    }
    List<String> chosen = servers.map(v -> servers(v, known)).orElse(List.of());
    s.finish();
    return names.isEmpty() || chosen.isEmpty()
        ? Optional.empty()
        : Optional.of(new SniRoute(names, chosen));
  }

  private static List<String> servers(Value list, List<String> known) {
    List<String> names = new ArrayList<>();
    for (Value item : list.items(ServiceConfig.MAX_SERVERS)) {
      item.as(serverOf(known)).ifPresent(names::add);
    }
    return names;
  }

  /** The name of one of a service's servers. */
  static ScalarType<String> serverOf(List<String> known) {
    return new ScalarType<>(
        "one of the service's servers: " + Value.printable(String.join(", ", known), 200),
        t -> Optional.of(t).filter(known::contains));
  }
}
