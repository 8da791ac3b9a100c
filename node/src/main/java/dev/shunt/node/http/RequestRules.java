package dev.shunt.node.http;

import java.util.List;

/**
 * What a request's head must be like beyond its syntax (RFC 9110 section 7.2, RFC 9112 section 3).
 */
final class RequestRules {

  private static final boolean[] HOST = new boolean[128];
  private static final boolean[] LITERAL = new boolean[128];
  private static final int MAX_PORT_DIGITS = 5;
  private static final List<String> SCHEMES = List.of("http://", "https://");

  static {
    for (int c = 0; c < 128; c++) {
      boolean alphanumeric = Character.isLetterOrDigit(c);
      // A comma, though RFC 3986 has it, is left out: some readers take it for a list of hosts.
      HOST[c] = alphanumeric || "-._~%!$&'()*+;=".indexOf(c) >= 0;
      LITERAL[c] = Character.digit(c, 16) >= 0 || ":.".indexOf(c) >= 0;
    }
  }

  private RequestRules() {}

  /** Checks method, target, {@code Host} and {@code Expect}. */
  static void check(HttpHead head) throws HttpFault {
    if (head.methodIs("CONNECT") || head.methodIs("TRACE")) {
      throw HttpFault.METHOD_NOT_ALLOWED;
    }
    checkHost(head);
    checkTarget(head);
    if (head.has(KnownHeader.EXPECT)) {
      int at = head.indexOf(KnownHeader.EXPECT);
      if (head.repeats(KnownHeader.EXPECT)
          || !head.equalsIgnoreCase(head.valueStart(at), head.valueEnd(at), "100-continue")) {
        throw HttpFault.BAD_EXPECTATION;
      }
    }
  }

  /**
   * Whether a request can be sent again after a connection ended without a response: nothing of a
   * body is gone, and either the server cannot have carried it out (its body is missing), or doing
   * it twice does no harm.
   */
  static boolean mayRepeat(HttpHead head, boolean hasBody, boolean bodySent) {
    return !bodySent && (hasBody || isIdempotent(head));
  }

  /** Whether it may be sent twice (RFC 9110 section 9.2.2). */
  static boolean isIdempotent(HttpHead head) {
    return head.methodIs("GET")
        || head.methodIs("HEAD")
        || head.methodIs("PUT")
        || head.methodIs("DELETE")
        || head.methodIs("OPTIONS");
  }

  private static void checkHost(HttpHead head) throws HttpFault {
    if (!head.has(KnownHeader.HOST)) {
      if (head.http11()) {
        throw HttpFault.BAD_HOST;
      }
      return;
    }
    int at = head.indexOf(KnownHeader.HOST);
    if (head.repeats(KnownHeader.HOST) || !isHost(head, head.valueStart(at), head.valueEnd(at))) {
      throw HttpFault.BAD_HOST;
    }
  }

  private static boolean isHost(HttpHead head, int from, int to) {
    byte[] bytes = head.bytes;
    int at = from;
    if (at < to && bytes[at] == '[') {
      at = skip(LITERAL, bytes, at + 1, to);
      if (at == from + 1 || at == to || bytes[at] != ']') {
        return false;
      }
      at++;
    } else {
      at = skip(HOST, bytes, at, to);
    }
    if (at == from) {
      return false;
    }
    if (at == to) {
      return true;
    }
    if (bytes[at] != ':' || to - at - 1 > MAX_PORT_DIGITS) {
      return false;
    }
    for (int i = at + 1; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
    }
    return true;
  }

  private static int skip(boolean[] allowed, byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] >= 0 && allowed[bytes[at]]) {
      at++;
    }
    return at;
  }

  private static void checkTarget(HttpHead head) throws HttpFault {
    byte first = head.bytes[head.targetStart];
    if (first == '/') {
      return;
    }
    if (first == '*' && head.targetEnd - head.targetStart == 1 && head.methodIs("OPTIONS")) {
      return;
    }
    int authority = afterScheme(head);
    if (authority < 0) {
      throw HttpFault.BAD_TARGET;
    }
    checkAuthority(head, authority);
  }

  private static int afterScheme(HttpHead head) {
    int from = head.targetStart;
    for (String scheme : SCHEMES) {
      int to = from + scheme.length();
      if (to < head.targetEnd && head.equalsIgnoreCase(from, to, scheme)) {
        return to;
      }
    }
    return -1;
  }

  /** The authority of an absolute target must be that of {@code Host}: servers may take either. */
  private static void checkAuthority(HttpHead head, int from) throws HttpFault {
    int to = from;
    while (to < head.targetEnd && head.bytes[to] != '/' && head.bytes[to] != '?') {
      to++;
    }
    int host = head.indexOf(KnownHeader.HOST);
    if (host < 0 || head.valueEnd(host) - head.valueStart(host) != to - from) {
      throw HttpFault.BAD_HOST;
    }
    for (int i = 0; i < to - from; i++) {
      if (HttpHead.lower(head.bytes[from + i])
          != HttpHead.lower(head.bytes[head.valueStart(host) + i])) {
        throw HttpFault.BAD_HOST;
      }
    }
  }
}
