package dev.shunt.node.cache;

import dev.shunt.node.Exchange;
import dev.shunt.node.NormalPath;
import dev.shunt.node.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * By what a kept response is found: scheme, host, path in its normal form, and query. Immutable.
 *
 * @param url all of these; what is purged goes by it
 * @param rest what else the server may go by, which has each value's responses apart: the path as
 *     it was sent where that is not normal, what trusted proxies say of the address that was asked
 *     for, and the rule by which servers were allowed, of whose headers they know nothing
 */
record CacheKey(String url, String rest) {

  /** What a trusted proxy says of how it was asked; who asked it, is not of the address. */
  private static final String CLAIM = "x-forwarded-";

  private static final String CLIENT = "x-forwarded-for";
  private static final List<String> CLAIMS =
      List.of("forwarded", "x-scheme", "x-url-scheme", "front-end-https");

  /** The key of a target that is a path and perhaps a query; of others there is none. */
  static Optional<CacheKey> of(boolean secure, boolean trusted, int rule, RequestHead request) {
    String target = request.target();
    String host = request.host();
    if (!target.startsWith("/") || host.isEmpty()) {
      return Optional.empty();
    }
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    String normal = NormalPath.of(path);
    StringBuilder rest = new StringBuilder(normal.equals(path) ? "" : path);
    if (trusted) {
      claims(request, rest);
    }
    if (rule != Exchange.NO_RULE) {
      rest.append("\nrule:").append(rule);
    }
    return Optional.of(
        new CacheKey(
            (secure ? "https://" : "http://")
                + host.toLowerCase(Locale.ROOT)
                + normal
                + (query < 0 ? "" : target.substring(query)),
            rest.toString()));
  }

  private static void claims(RequestHead request, StringBuilder to) {
    for (int i = 0; i < request.headerCount(); i++) {
      String name = request.name(i).toLowerCase(Locale.ROOT);
      if ((name.startsWith(CLAIM) && !name.equals(CLIENT)) || CLAIMS.contains(name)) {
        to.append('\n').append(name).append(':').append(request.value(i));
      }
    }
  }

  /** Whether the path is spelt otherwise than it should be, of which there is no end of ways. */
  static boolean isOdd(String rest) {
    return rest.startsWith("/");
  }

  /** The same for both schemes: who changes one changes the other. */
  List<String> bothSchemes() {
    String after = url.substring(url.indexOf("://"));
    return List.of("http" + after, "https" + after);
  }

  /**
   * The keys that an absolute URL stands for, or the beginning of one (without a path, of all hosts
   * that begin so): the host's usual port may be said or not.
   */
  static List<String> ofUrl(String url) {
    int authority = url.indexOf("://") + 3;
    String scheme = url.substring(0, authority);
    int end = authority;
    while (end < url.length() && url.charAt(end) != '/' && url.charAt(end) != '?') {
      end++;
    }
    String host = url.substring(authority, end).toLowerCase(Locale.ROOT);
    String port = scheme.equals("https://") ? ":443" : ":80";
    String rest = normal(url.substring(end));
    List<String> keys = new ArrayList<>();
    keys.add(scheme + host + rest);
    if (!rest.isEmpty() && host.endsWith(port)) {
      keys.add(scheme + host.substring(0, host.length() - port.length()) + rest);
    } else if (rest.isEmpty() && host.endsWith(port)) {
      keys.add(scheme + host.substring(0, host.length() - port.length()) + "/");
    } else if (!rest.isEmpty() && host.lastIndexOf(':') <= host.lastIndexOf(']')) {
      keys.add(scheme + host + port + rest);
    }
    return keys;
  }

  /** Whether an absolute URL names a host alone, whose page is that of {@code /}. */
  static boolean hasNoPath(String url) {
    int authority = url.indexOf("://") + 3;
    return url.indexOf('/', authority) < 0 && url.indexOf('?', authority) < 0;
  }

  private static String normal(String target) {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    return target.isEmpty() ? "" : NormalPath.of(path) + (query < 0 ? "" : target.substring(query));
  }
}
