package dev.shunt.node.cdn;

import java.util.Locale;

/**
 * What relative links of a page rest on.
 *
 * @param scheme {@code http} or {@code https}; empty where the page says what is not understood, so
 *     that nobody knows where such a link leads
 * @param host host and port in lower case, without the scheme's usual port
 * @param directory the path up to its last slash, which it ends with
 */
record PageAddress(String scheme, String host, String directory) {

  private static final String HTTPS = "https";

  /**
   * That of a request.
   *
   * @param target as received: a path and perhaps a query, or a whole URL
   */
  static PageAddress of(boolean secure, String host, String target) {
    String scheme = secure ? HTTPS : "http";
    String path = target;
    int authority = target.startsWith("/") ? -1 : target.indexOf("://");
    if (authority >= 0) {
      int slash = target.indexOf('/', authority + 3);
      path = slash < 0 ? "/" : target.substring(slash);
    }
    return new PageAddress(scheme, usual(scheme, host), directory(path));
  }

  boolean isKnown() {
    return !scheme.isEmpty();
  }

  /** After a {@code base} with that link. */
  PageAddress resolve(LinkText base) {
    return switch (base.form()) {
      case ABSOLUTE ->
          new PageAddress(base.scheme(), usual(base.scheme(), base.host()), directory(base.path()));
      case NETWORK_PATH ->
          new PageAddress(scheme, usual(scheme, base.host()), directory(base.path()));
      case ABSOLUTE_PATH -> new PageAddress(scheme, host, directory(base.path()));
      case RELATIVE_PATH -> new PageAddress(scheme, host, directory(directory + base.path()));
      case NO_PATH -> this;
      case OTHER -> new PageAddress("", "", "/");
    };
  }

  /** Host and port in lower case, without the port that the scheme has anyway. */
  static String usual(String scheme, String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    String port = scheme.equals(HTTPS) ? ":443" : ":80";
    return lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
  }

  private static String directory(String path) {
    int end = path.length();
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) == '?' || path.charAt(i) == '#') {
        end = i;
        break;
      }
    }
    int slash = path.lastIndexOf('/', end - 1);
    return slash < 0 ? "/" : path.substring(0, slash + 1);
  }
}
