package dev.shunt.ops.config;

import dev.shunt.node.Limits;
import dev.shunt.node.ProxyProtocol;
import dev.shunt.node.Timeouts;
import dev.shunt.node.UdpRelay;
import dev.shunt.replication.Protocol;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads what a service with {@code mode: udp} has of its own, and refuses what it cannot have, and
 * what others cannot.
 */
final class DatagramReader {

  private static final String[] OF_DATAGRAMS = {"responses", "when_full"};
  private static final String[] OF_CONNECTIONS = {"accept_proxy", "retries", "tls", "server_tls"};

  private final Section section;
  private final boolean used;
  private Duration idle = UdpRelay.DEFAULT.idle();
  private Optional<Duration> lifetime = Optional.empty();

  DatagramReader(Section section, ServiceMode mode, Frontend frontend) {
    this.section = section;
    this.used = mode == ServiceMode.UDP;
    if (used) {
      section.refuse("mode udp", "mode http or tcp", OF_CONNECTIONS);
      checkFrontend(frontend);
    } else {
      section.refuse("mode " + Scalars.keyword(mode), "mode udp", OF_DATAGRAMS);
    }
  }

  /** What servers are told: only version 2 of the PROXY protocol knows datagrams. */
  ProxyProtocol checked(ProxyProtocol proxy) {
    boolean unknown =
        used && proxy.toServers().filter(ProxyProtocol.Version.V1::equals).isPresent();
    if (unknown) {
      section.at("proxy_protocol").report("v1 with mode udp", "v2, which has datagrams");
    }
    return unknown ? ProxyProtocol.NONE : proxy;
  }

  /** An answer has to leave from where the client sent to, of which a wildcard knows nothing. */
  private void checkFrontend(Frontend frontend) {
    if (frontend instanceof Frontend.Listen(var address)
        && address.getAddress().isAnyLocalAddress()) {
      section
          .at("listen")
          .report(
              "every address with mode udp",
              "one address, which answers leave from as they should");
    }
  }

  Protocol protocol() {
    return used ? Protocol.UDP : Protocol.TCP;
  }

  /** {@code limits:}; empty for other modes, whose limits are others. */
  Optional<Limits> limits() {
    return used
        ? Optional.of(
            section.section("limits").map(DatagramReader::limits).orElse(UdpRelay.DEFAULT_LIMITS))
        : Optional.empty();
  }

  private static Limits limits(Section s) {
    Limits d = UdpRelay.DEFAULT_LIMITS;
    Limits limits =
        Limits.ofRelay(
            s.get("sessions", Scalars.integer(1, 1_000_000), d.clientConnections()),
            s.get("sessions_per_client", Scalars.integer(0, 1_000_000), d.connectionsPerClient()),
            s.get("sessions_per_server", Scalars.integer(1, 1_000_000), d.pendingPerServer()),
            s.get("buffered_bytes", Scalars.smallSize(4096, 1 << 26), d.bufferedBytes()),
            d.attempts());
    s.finish();
    return limits;
  }

  /** {@code timeouts:}; read before {@link #relay}. */
  Optional<Timeouts> timeouts() {
    if (!used) {
      return Optional.empty();
    }
    section
        .section("timeouts")
        .ifPresent(s -> {
          idle = s.get("idle", Scalars.duration(UdpRelay.MIN_TIME, UdpRelay.MAX_IDLE), idle);
          lifetime = s.find("lifetime", Scalars.duration(UdpRelay.MIN_TIME, UdpRelay.MAX_LIFETIME));
          s.finish();
        });
    return Optional.of(Timeouts.DEFAULT);
  }

  Optional<UdpRelay> relay() {
    int responses = section.get("responses", Scalars.integer(1, UdpRelay.MAX_RESPONSES), 0);
    UdpRelay.WhenFull full =
        section.get(
            "when_full", Scalars.oneOf(UdpRelay.WhenFull.class), UdpRelay.DEFAULT.whenFull());
    boolean log = used && section.get("access_log", Scalars.SWITCH, false);
    return used
        ? Optional.of(new UdpRelay(idle, lifetime, responses, full, log))
        : Optional.empty();
  }
}
