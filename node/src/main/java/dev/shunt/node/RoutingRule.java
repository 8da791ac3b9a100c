package dev.shunt.node;

import java.util.List;
import java.util.Optional;

/**
 * Which servers are for which requests (claim A10). Everything that it names must hold; what is
 * empty or absent holds always.
 *
 * @param hosts such as {@code a.example}, or {@code *.example} for any name with one label more
 * @param path of the path in its normal form, see {@link NormalPath}
 * @param methods in upper case, as they are sent
 * @param servers their names in the configuration
 */
public record RoutingRule(
    List<String> hosts,
    Optional<TextMatch> path,
    List<String> methods,
    List<HeaderMatch> headers,
    List<String> servers) {

  public static final int MAX_HOSTS = 64;
  public static final int MAX_METHODS = 16;
  public static final int MAX_HEADERS = 16;

  public RoutingRule {
    hosts = List.copyOf(hosts);
    methods = List.copyOf(methods);
    headers = List.copyOf(headers);
    servers = List.copyOf(servers);
    Ranges.check("rule, hosts", hosts.size(), 0, MAX_HOSTS);
    Ranges.check("rule, methods", methods.size(), 0, MAX_METHODS);
    Ranges.check("rule, headers", headers.size(), 0, MAX_HEADERS);
    Ranges.check("rule, servers", servers.size(), 1, ServerPool.MAX_SERVERS);
    for (String host : hosts) {
      if (!SniRoute.isName(host)) {
        throw new IllegalArgumentException(
            "rule, host: found '%s', allowed is such as a.example or *.example".formatted(host));
      }
    }
    for (String method : methods) {
      if (!Headers.isToken(method)) {
        throw new IllegalArgumentException(
            "rule, method: found '%s', allowed is such as GET".formatted(method));
      }
    }
  }

  /** For a path alone. */
  public static RoutingRule ofPath(TextMatch.Kind kind, String path, String... servers) {
    return new RoutingRule(
        List.of(), Optional.of(new TextMatch(kind, path)), List.of(), List.of(), List.of(servers));
  }
}
