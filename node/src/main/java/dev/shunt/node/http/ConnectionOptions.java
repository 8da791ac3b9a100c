package dev.shunt.node.http;

import dev.shunt.node.Headers;

/**
 * Reads the {@code Connection} headers of a head and removes everything that belongs to one
 * connection alone (RFC 9110 section 7.6.1). One thread; used again for each message.
 */
final class ConnectionOptions {

  /** What removing would change the message itself or where it goes. */
  private static final long UNTOUCHABLE =
      KnownHeader.HOST.bit()
          | KnownHeader.CONTENT_LENGTH.bit()
          | KnownHeader.TRANSFER_ENCODING.bit();

  private static final long HOP_BY_HOP = KnownHeader.bits(KnownHeader::hopByHop);

  private boolean close;
  private boolean keepAlive;
  private boolean upgrade;

  /** Whether {@code Connection} says close. */
  boolean close() {
    return close;
  }

  /** Whether {@code Connection} says keep-alive. */
  boolean keepAlive() {
    return keepAlive;
  }

  /** Whether {@code Connection} says upgrade and there is one {@code Upgrade} header. */
  boolean upgrade() {
    return upgrade;
  }

  /** Whether the connection stays open as far as this message says. */
  boolean persists(HttpHead head) {
    return !close && (head.http11() || keepAlive);
  }

  /**
   * Reads and removes. An {@code Upgrade} header is removed too: who passes an upgrade along adds
   * his own.
   *
   * @throws HttpFault when {@code Connection} is not a list of tokens or names a header that frames
   *     or addresses the message
   */
  void strip(HttpHead head) throws HttpFault {
    close = false;
    keepAlive = false;
    upgrade = false;
    if (!head.hasAny(HOP_BY_HOP)) {
      return;
    }
    for (int i = 0; i < head.headerCount(); i++) {
      if (head.known(i) == KnownHeader.CONNECTION) {
        list(head, head.valueStart(i), head.valueEnd(i));
      }
    }
    upgrade &= head.has(KnownHeader.UPGRADE) && !head.repeats(KnownHeader.UPGRADE);
    for (int i = 0; i < head.headerCount(); i++) {
      if (head.known(i).hopByHop()) {
        head.drop(i);
      }
    }
  }

  private void list(HttpHead head, int from, int end) throws HttpFault {
    int at = from;
    while (at < end) {
      byte b = head.bytes[at];
      if (b == ',' || b == ' ' || b == '\t') {
        at++;
        continue;
      }
      int tokenEnd = at;
      while (tokenEnd < end && Headers.isTokenByte(head.bytes[tokenEnd] & 0xFF)) {
        tokenEnd++;
      }
      if (tokenEnd == at) {
        throw HttpFault.BAD_CONNECTION;
      }
      option(head, at, tokenEnd);
      at = tokenEnd;
    }
  }

  private void option(HttpHead head, int from, int to) throws HttpFault {
    if (head.equalsIgnoreCase(from, to, "close")) {
      close = true;
    } else if (head.equalsIgnoreCase(from, to, "keep-alive")) {
      keepAlive = true;
    } else if (head.equalsIgnoreCase(from, to, "upgrade")) {
      upgrade = true;
    } else {
      int id = KnownHeader.ordinalOf(head.bytes, from, to);
      if ((1L << id & UNTOUCHABLE) != 0) {
        throw HttpFault.BAD_CONNECTION;
      }
      dropNamed(head, from, to);
    }
  }

  private static void dropNamed(HttpHead head, int from, int to) {
    for (int i = 0; i < head.headerCount(); i++) {
      if (sameName(head, i, from, to)) {
        head.drop(i);
      }
    }
  }

  private static boolean sameName(HttpHead head, int header, int from, int to) {
    int at = head.nameStart(header);
    if (head.nameEnd(header) - at != to - from) {
      return false;
    }
    for (int i = 0; i < to - from; i++) {
      if (HttpHead.lower(head.bytes[at + i]) != HttpHead.lower(head.bytes[from + i])) {
        return false;
      }
    }
    return true;
  }
}
