package dev.shunt.node;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a service relays bytes that it does not look into.
 *
 * @param routes which servers are for which server name of a client's TLS, which is not decrypted;
 *     empty: names are not looked at, and every server is for every client
 * @param otherwise the servers, by name, for clients that ask for no name, or one without a route;
 *     empty: they are closed
 * @param lifetime of a connection at most; absent: as long as something comes
 * @param accessLog whether a line is logged when a connection has ended
 */
public record TcpRelay(
    List<SniRoute> routes, List<String> otherwise, Optional<Duration> lifetime, boolean accessLog) {

  public static final int MAX_ROUTES = 1024;
  public static final Duration MIN_LIFETIME = Duration.ofMillis(1);
  public static final Duration MAX_LIFETIME = Duration.ofDays(365);

  /** Every server for every client, without a limit of lifetime or a log. */
  public static final TcpRelay DEFAULT =
      new TcpRelay(List.of(), List.of(), Optional.empty(), false);

  public TcpRelay {
    routes = List.copyOf(routes);
    otherwise = List.copyOf(otherwise);
    Ranges.check("sni, routes", routes.size(), 0, MAX_ROUTES);
    lifetime.ifPresent(l -> Ranges.check("timeouts, lifetime", l, MIN_LIFETIME, MAX_LIFETIME));
    Set<String> names = new HashSet<>();
    for (SniRoute route : routes) {
      for (String name : route.names()) {
        if (!names.add(name)) {
          throw new IllegalArgumentException("sni, names: found '" + name + "' twice");
        }
      }
    }
  }

  /** The same with these routes. */
  public TcpRelay with(List<String> rest, SniRoute... changed) {
    return new TcpRelay(List.of(changed), rest, lifetime, accessLog);
  }

  /** The same with a lifetime. */
  public TcpRelay living(Duration most) {
    return new TcpRelay(routes, otherwise, Optional.of(most), accessLog);
  }

  /** The same with a line at the end of each connection. */
  public TcpRelay logged() {
    return new TcpRelay(routes, otherwise, lifetime, true);
  }
}
