package dev.shunt.ops.config;

import dev.shunt.node.Http2Limits;
import dev.shunt.node.ServerProtocol;
import dev.shunt.node.ToServers;
import java.util.Optional;

/** Reads {@code server_protocol:} and {@code server_http2:} of a service. */
final class ToServersReader {

  private static final String PROTOCOL = "server_protocol";
  private static final String LIMITS = "server_http2";

  private ToServersReader() {}

  static ToServers read(Section service, ServiceMode mode) {
    ServerProtocol protocol =
        service.get(PROTOCOL, Scalars.oneOf(ServerProtocol.class), ServerProtocol.HTTP1);
    Optional<Section> limits = service.section(LIMITS);
    for (String key : new String[] {PROTOCOL, LIMITS}) {
      if (service.has(key) && mode != ServiceMode.HTTP) {
        service
            .at(key)
            .report(key + " with mode " + Scalars.keyword(mode), key + " with mode http");
        limits.ifPresent(ToServersReader::limits);
        return ToServers.DEFAULT;
      }
    }
    ToServers read =
        limits
            .map(ToServersReader::limits)
            .map(l -> new ToServers(protocol, l.streams(), l.streamWindow()))
            .orElse(ToServers.of(protocol));
    return check(service, read) ? read : ToServers.DEFAULT;
  }

  private static boolean check(Section service, ToServers read) {
    if (!read.http2()) {
      if (service.has(LIMITS)) {
        service
            .at(LIMITS)
            .report(
                "server_http2 with server_protocol http1",
                "server_http2 with server_protocol h2, h2c or auto");
      }
      return !service.has(LIMITS);
    }
    Value at = service.at(PROTOCOL);
    String found = "server_protocol " + Scalars.keyword(read.protocol());
    boolean tls = service.has("server_tls");
    if (service.has("proxy_protocol")) {
      at.report(
          found + " with proxy_protocol, which names one client a connection",
          "http1 with proxy_protocol");
      return false;
    }
    if (tls == (read.protocol() == ServerProtocol.H2C)) {
      at.report(
          found + (tls ? " with server_tls" : " without server_tls"),
          tls ? "h2 or auto with server_tls" : "h2c without server_tls");
      return false;
    }
    return true;
  }

  private static ToServers limits(Section s) {
    ToServers limits =
        new ToServers(
            ServerProtocol.HTTP1,
            s.get(
                "streams", Scalars.integer(1, Http2Limits.MAX_STREAMS), ToServers.DEFAULT_STREAMS),
            s.get(
                "stream_window",
                Scalars.smallSize(Http2Limits.MIN_WINDOW, Http2Limits.MAX_WINDOW),
                ToServers.DEFAULT_WINDOW));
    s.finish();
    return limits;
  }
}
