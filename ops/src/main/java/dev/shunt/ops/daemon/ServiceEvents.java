package dev.shunt.ops.daemon;

import dev.shunt.node.Http2Stats;
import dev.shunt.node.OcspStapling;
import dev.shunt.node.PolicyStats;
import dev.shunt.node.ServiceStats;
import dev.shunt.node.TcpStats;
import dev.shunt.node.TlsStats;
import dev.shunt.node.UdpStats;
import dev.shunt.ops.config.ServiceConfig;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a node counts of a service's connections, each under the name that metrics have for it. */
final class ServiceEvents {

  private ServiceEvents() {}

  static SortedMap<String, Long> of(ServiceConfig service, ServiceStats stats) {
    SortedMap<String, Long> events = new TreeMap<>();
    service.tls().ifPresent(tls -> tls(stats.tls(), tls.ocsp(), events));
    if (service.tcp().isEmpty() && service.udp().isEmpty()) {
      http2(stats.http2(), events);
    }
    policy(service, stats.policy(), events);
    if (service.udp().isPresent()) {
      udp(stats, events);
    }
    if (service.toServers().http2()) {
      events.put("http2_server_error", stats.http2().serverErrors());
      events.put("http2_server_flood", stats.http2().serverFloods());
      events.put("http2_server_unprocessed", stats.http2().unprocessed());
    }
    tcp(service, stats, events);
    limits(service, stats, events);
    events.putAll(stats.stages().counters());
    return events;
  }

  private static void limits(
      ServiceConfig service, ServiceStats stats, SortedMap<String, Long> events) {
    if (service.udp().isEmpty()) {
      events.put("crowded_refused", stats.crowdedRefused());
      events.put("crowded_cut", stats.crowdedCut());
    }
    if (service.limits().connectionsPerClient() > 0) {
      events.put("client_refused", stats.clientsRefused());
    }
    if (service.tcp().isEmpty() && service.udp().isEmpty()) {
      events.put("slow_client", stats.slowClients());
    }
  }

  private static void policy(
      ServiceConfig service, PolicyStats stats, SortedMap<String, Long> events) {
    if (service.policy().ejection().isPresent()) {
      events.put("ejection_held", stats.ejectionsHeld());
    }
    stats
        .admission()
        .ifPresent(admission -> {
          events.put("new_session", admission.newSessions());
          events.put("admission_refused", admission.refused());
        });
    if (service.udp().isEmpty()) {
      events.put("retry_budget_exhausted", stats.retriesExhausted());
    }
  }

  private static void tcp(
      ServiceConfig service, ServiceStats stats, SortedMap<String, Long> events) {
    TcpStats tcp = stats.tcp();
    if (!service.proxy().from().isEmpty()) {
      events.put("proxy_header", tcp.proxyHeaders());
      events.put("proxy_error", tcp.proxyErrors());
      events.put("proxy_timeout", tcp.proxyTimeouts());
    }
    if (service.tcp().isPresent()) {
      events.put("tcp_connect_failed", stats.connectFailures());
      events.put("tcp_retry", stats.retries());
      events.put("tcp_no_server", stats.noServer());
      events.put("tcp_aborted", stats.aborted());
      events.put("tcp_stalled", stats.timeouts());
      events.put("tcp_idle", tcp.idle());
      events.put("tcp_too_old", tcp.tooOld());
    }
    if (service.tcp().filter(relay -> !relay.routes().isEmpty()).isPresent()) {
      events.put("sni_error", tcp.helloErrors());
      events.put("sni_timeout", tcp.helloTimeouts());
      events.put("sni_unknown", tcp.unknownNames());
    }
  }

  private static void udp(ServiceStats stats, SortedMap<String, Long> events) {
    UdpStats udp = stats.udp();
    events.put("udp_from_clients", udp.fromClients());
    events.put("udp_to_clients", udp.toClients());
    events.put("udp_bad", udp.bad());
    events.put("udp_dropped", udp.dropped());
    events.put("udp_send_failed", udp.sendFailed());
    events.put("udp_no_socket", udp.noSocket());
    events.put("udp_no_server", stats.noServer());
    events.put("udp_unreachable", stats.connectFailures());
    events.put("udp_refused", stats.connectionsRefused());
    events.put("udp_replaced", udp.replaced());
    events.put("udp_moved", udp.moved());
    events.put("udp_idle", udp.idle());
    events.put("udp_too_old", udp.tooOld());
  }

  private static void http2(Http2Stats http2, SortedMap<String, Long> events) {
    events.put("http2_connection", http2.connections());
    events.put("http2_stream_error", http2.streamErrors());
    events.put("http2_connection_error", http2.connectionErrors());
    events.put("http2_headers_too_large", http2.headersTooLarge());
    events.put("http2_reset_flood", http2.resetFloods());
    events.put("http2_fault_flood", http2.faultFloods());
    events.put("http2_settings_flood", http2.settingsFloods());
    events.put("http2_ping_flood", http2.pingFloods());
    events.put("http2_empty_data_flood", http2.emptyDataFloods());
    events.put("http2_other_flood", http2.otherFloods());
    events.put("http2_continuation_flood", http2.continuationFloods());
    events.put("http2_stalled", http2.stalled());
  }

  private static void tls(TlsStats tls, OcspStapling ocsp, SortedMap<String, Long> events) {
    events.put("tls_handshake", tls.handshakes());
    events.put("tls_resumed", tls.resumed());
    events.put("tls_failed", tls.failed());
    events.put("tls_timeout", tls.timeouts());
    events.put("tls_refused", tls.refused());
    events.put("tls_misdirected", tls.misdirected());
    events.put("tls_reload", tls.reloads());
    events.put("tls_reload_error", tls.reloadErrors());
    if (ocsp != OcspStapling.OFF) {
      events.put("ocsp_stapled", tls.ocspStapled());
      events.put("ocsp_missing", tls.ocspMissing());
      events.put("ocsp_updated", tls.ocspUpdated());
      events.put("ocsp_failed", tls.ocspFailed());
    }
  }
}
