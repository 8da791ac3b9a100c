package dev.shunt.node.persistence;

import dev.shunt.node.MessageHead;
import dev.shunt.node.PreparedHeader;

/**
 * The cookie of one pool of servers. Immutable.
 *
 * @param name of the cookie
 */
record PoolCookie(String name, CookieValues values, Lines lines) {

  /** The header that sets it, for each server. */
  interface Lines {
    PreparedHeader of(int server);
  }

  static PoolCookie of(String name, CookieValues values, String attributes, int servers) {
    PreparedHeader[] lines = new PreparedHeader[servers];
    for (int i = 0; i < servers; i++) {
      lines[i] = new PreparedHeader("Set-Cookie", name + "=" + values.valueOf(i) + attributes);
    }
    return new PoolCookie(name, values, server -> lines[server]);
  }

  /** Whether a pair of a {@code Cookie} header is this cookie. */
  boolean isAt(MessageHead head, int from, int to) {
    if (to - from <= name.length() || head.byteAt(from + name.length()) != '=') {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (head.byteAt(from + i) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
