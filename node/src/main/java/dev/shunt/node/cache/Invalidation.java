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
    String host = request.host().toLowerCase(Locale.ROOT);
    String scheme = exchange.secure() ? "https" : "http";
    String target = path(request.target());
    keys.add(key(scheme + "://" + host + target));
    for (String name : OTHERS) {
      response
          .header(name)
          .flatMap(value -> resolved(scheme, host, target, value))
          .ifPresent(url -> keys.add(key(url)));
    }
    return keys;
  }

  private static CacheKey key(String url) {
    return new CacheKey(CacheKey.ofUrl(url).getFirst(), "");
  }

  /** Path and query of a target that may be a whole URL (RFC 9112 section 3.2.2). */
  private static String path(String target) {
    int authority = target.startsWith("/") ? -1 : target.indexOf("://");
    int slash = authority < 0 ? 0 : target.indexOf('/', authority + 3);
    String path = slash < 0 ? "" : target.substring(slash);
    return path.startsWith("/") ? path : "/";
  }

  /** A target as a strict reader takes it; what else there is may stand only behind a path. */
  private static String strict(String target) {
    try {
      return new URI(target).toString();
    } catch (URISyntaxException e) {
      return "/";
    }
  }

  private static Optional<String> resolved(
      String scheme, String host, String target, String reference) {
    try {
      URI base = new URI(scheme + "://" + host).resolve(strict(target));
      URI named = base.resolve(new URI(reference));
      boolean same =
          named.getRawAuthority() != null
              && named.getRawAuthority().equalsIgnoreCase(host)
              && ("http".equals(named.getScheme()) || "https".equals(named.getScheme()));
      String query = named.getRawQuery() == null ? "" : "?" + named.getRawQuery();
      return same
          ? Optional.of(scheme + "://" + host + path(named.getRawPath()) + query)
          : Optional.empty();
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty(); // What cannot be read names nothing that is kept.
    }
  }
}
