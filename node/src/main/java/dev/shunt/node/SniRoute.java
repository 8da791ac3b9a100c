package dev.shunt.node;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which servers are for clients that ask for a server by its name (TLS, RFC 6066).
 *
 * @param names such as {@code a.example}, or {@code *.example} for any name with one label more
 * @param servers their names in the configuration
 */
public record SniRoute(List<String> names, List<String> servers) {

  public static final int MAX_NAMES = 1024;
  public static final int MAX_NAME = 255;
  private static final String LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
  private static final Pattern NAME =
      Pattern.compile("(?:\\*\\.)?" + LABEL + "(?:\\." + LABEL + "){0,126}");

  public SniRoute {
    names = List.copyOf(names);
    servers = List.copyOf(servers);
    Ranges.check("sni, names", names.size(), 1, MAX_NAMES);
    Ranges.check("sni, servers", servers.size(), 1, ServerPool.MAX_SERVERS);
    for (String name : names) {
      if (!isName(name)) {
        throw new IllegalArgumentException(
            "sni, name: found '%s', allowed is such as a.example or *.example".formatted(name));
      }
    }
  }

  /** Whether a text may stand among the names: a host's in lower case, or {@code *.} and one. */
  public static boolean isName(String text) {
    return text.length() <= MAX_NAME && NAME.matcher(text).matches();
  }
}
