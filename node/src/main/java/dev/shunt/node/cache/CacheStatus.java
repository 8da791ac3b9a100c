package dev.shunt.node.cache;

import dev.shunt.node.PreparedHeader;

/** What {@code Cache-Status} says (RFC 9211). */
final class CacheStatus {

  static final String NAME = "Cache-Status";
  private static final String SHUNT = "shunt; ";

  private CacheStatus() {}

  /** The response was kept, and is fresh for so many seconds more, or less than none. */
  static PreparedHeader hit(long ttl) {
    return new PreparedHeader(NAME, SHUNT + "hit; ttl=" + ttl);
  }

  /** The request went to a server, with these parameters. */
  static PreparedHeader forwarded(String why, String... parameters) {
    String all = parameters.length == 0 ? "" : "; " + String.join("; ", parameters);
    return new PreparedHeader(NAME, SHUNT + "fwd=" + why + all);
  }
}
