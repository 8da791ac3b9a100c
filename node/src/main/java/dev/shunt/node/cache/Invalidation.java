package dev.shunt.node.cache;

import dev.shunt.node.Exchange;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What an unsafe request may have changed (RFC 9111 section 4.4). */
final class Invalidation {

  private static final List<String> OTHERS = List.of("Location", "Content-Location");

  private Invalidation() {}

  /** The target of the request, and what the response names of the same host. */
  static List<CacheKey> of(Exchange exchange, ResponseHead response) {
    RequestHead request = exchange.request();
    List<CacheKey> keys = new ArrayList<>();
    Optional<CacheKey> target = CacheKey.of(exchange.secure(), false, request);
    target.ifPresent(keys::add);
    String host = request.host().toLowerCase(Locale.ROOT);
    String scheme = exchange.secure() ? "https" : "http";
    for (String name : OTHERS) {
      response
          .header(name)
          .flatMap(value -> resolved(scheme, host, request.target(), value))
          .ifPresent(url -> keys.add(new CacheKey(CacheKey.ofUrl(url).getFirst(), "")));
    }
    return keys;
  }

  private static Optional<String> resolved(
      String scheme, String host, String target, String reference) {
    try {
      URI base = new URI(scheme + "://" + host + (target.startsWith("/") ? target : "/"));
      URI named = base.resolve(new URI(reference));
      boolean same =
          named.getRawAuthority() != null
              && named.getRawAuthority().equalsIgnoreCase(host)
              && ("http".equals(named.getScheme()) || "https".equals(named.getScheme()));
      String query = named.getRawQuery() == null ? "" : "?" + named.getRawQuery();
      return same
          ? Optional.of(scheme + "://" + host + named.getRawPath() + query)
          : Optional.empty();
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty(); // What cannot be read names nothing that is kept.
    }
  }
}
