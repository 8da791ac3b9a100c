package dev.shunt.ops.daemon;

import dev.shunt.node.ServiceStats;
import dev.shunt.node.TlsStats;
import dev.shunt.ops.config.ServiceConfig;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a node counts of a service's connections, each under the name that metrics have for it. */
final class ServiceEvents {

  private ServiceEvents() {}

  static SortedMap<String, Long> of(ServiceConfig service, ServiceStats stats) {
    SortedMap<String, Long> events = new TreeMap<>();
    if (service.tls().isPresent()) {
      tls(stats.tls(), events);
    }
    return events;
  }

  private static void tls(TlsStats tls, SortedMap<String, Long> events) {
    events.put("tls_handshake", tls.handshakes());
    events.put("tls_resumed", tls.resumed());
    events.put("tls_failed", tls.failed());
    events.put("tls_timeout", tls.timeouts());
    events.put("tls_refused", tls.refused());
    events.put("tls_misdirected", tls.misdirected());
    events.put("tls_reload", tls.reloads());
    events.put("tls_reload_error", tls.reloadErrors());
  }
}
