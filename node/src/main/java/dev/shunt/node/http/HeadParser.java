package dev.shunt.node.http;

import dev.shunt.node.Headers;

/**
 * Parses a head byte by byte, each byte once, however it was cut into pieces on its way (RFC 9112
 * sections 2 to 5, without any of its leniencies but the empty line before a request).
 *
 * <p>Its state is in the {@link HttpHead}: the phase, and the position of the next byte.
 */
final class HeadParser {

  /** Where parsing stands. */
  enum Phase {
    REQUEST_START,
    METHOD,
    TARGET,
    VERSION,
    STATUS_LINE,
    REASON,
    FIELD_START,
    NAME,
    VALUE_START,
    VALUE,
    DONE
  }

  private static final int MORE = -1;
  private static final byte[] TAIL_OF_REQUEST_LINE = {
    'H', 'T', 'T', 'P', '/', '1', '.', '1', '\r', '\n'
  };
  private static final byte[] STATUS_LINE = {
    'H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '2', '0', '0'
  };
  private static final int MINOR = 7;

  private static final boolean[] TOKEN = new boolean[256];
  private static final boolean[] VALUE = new boolean[256];
  private static final boolean[] TARGET = new boolean[256];

  static {
    for (int b = 0; b < 256; b++) {
      TOKEN[b] = Headers.isTokenByte(b);
      VALUE[b] = Headers.isValueByte(b);
      TARGET[b] = Headers.isTargetByte(b);
    }
  }

  private HeadParser() {}

  /** Parses on with the bytes there are; true when the head is complete. */
  static boolean parse(HttpHead head) throws HttpFault {
    while (head.phase != Phase.DONE) {
      int next = step(head);
      if (next == MORE) {
        return false;
      }
      head.position = next;
    }
    return true;
  }

  private static int step(HttpHead head) throws HttpFault {
    return switch (head.phase) {
      case REQUEST_START -> requestStart(head);
      case METHOD -> method(head);
      case TARGET -> target(head);
      case VERSION -> version(head);
      case STATUS_LINE -> statusLine(head);
      case REASON -> reason(head);
      case FIELD_START -> fieldStart(head);
      case NAME -> name(head);
      case VALUE_START -> valueStart(head);
      case VALUE -> value(head);
      case DONE -> head.position;
    };
  }

  /** One empty line before a request is forgiven (RFC 9112 section 2.2). */
  private static int requestStart(HttpHead head) throws HttpFault {
    int at = head.position;
    if (at == head.length) {
      return MORE;
    }
    if (head.bytes[at] == '\r') {
      if (at + 1 == head.length) {
        return MORE;
      }
      if (head.bytes[at + 1] != '\n') {
        throw HttpFault.BAD_LINE_END;
      }
      at += 2;
    }
    head.start = at;
    head.phase = Phase.METHOD;
    return at;
  }

  private static int method(HttpHead head) throws HttpFault {
    int at = skip(TOKEN, head);
    checkLine(head, at);
    if (at == head.length) {
      return more(head, at);
    }
    if (head.bytes[at] != ' ' || at == head.start) {
      throw HttpFault.BAD_METHOD;
    }
    head.methodEnd = at;
    head.targetStart = at + 1;
    head.phase = Phase.TARGET;
    return at + 1;
  }

  private static int target(HttpHead head) throws HttpFault {
    int at = skip(TARGET, head);
    checkLine(head, at);
    if (at == head.length) {
      return more(head, at);
    }
    if (head.bytes[at] != ' ' || at == head.targetStart) {
      throw HttpFault.BAD_TARGET;
    }
    head.targetEnd = at;
    head.phase = Phase.VERSION;
    return at + 1;
  }

  private static int version(HttpHead head) throws HttpFault {
    int from = head.position;
    int there = Math.min(TAIL_OF_REQUEST_LINE.length, head.length - from);
    for (int i = 0; i < there; i++) {
      byte b = head.bytes[from + i];
      if (b != TAIL_OF_REQUEST_LINE[i] && !(i == MINOR && b == '0')) {
        throw i >= 5 && i <= MINOR && b >= '0' && b <= '9'
            ? HttpFault.VERSION_NOT_SUPPORTED
            : HttpFault.BAD_REQUEST_LINE;
      }
    }
    if (there < TAIL_OF_REQUEST_LINE.length) {
      return MORE;
    }
    head.minorAt = from + MINOR;
    head.minor = head.bytes[head.minorAt] - '0';
    head.phase = Phase.FIELD_START;
    return from + there;
  }

  private static int statusLine(HttpHead head) throws HttpFault {
    int there = Math.min(STATUS_LINE.length, head.length);
    for (int i = 0; i < there; i++) {
      byte b = head.bytes[i];
      boolean fits =
          i == MINOR ? b == '0' || b == '1' : i > 8 ? b >= '0' && b <= '9' : b == STATUS_LINE[i];
      if (!fits) {
        throw HttpFault.BAD_STATUS_LINE;
      }
    }
    if (head.length <= STATUS_LINE.length) {
      return MORE;
    }
    byte after = head.bytes[STATUS_LINE.length];
    head.status =
        (head.bytes[9] - '0') * 100 + (head.bytes[10] - '0') * 10 + (head.bytes[11] - '0');
    if (head.status < 100 || head.status > 599 || (after != ' ' && after != '\r')) {
      throw HttpFault.BAD_STATUS_LINE;
    }
    head.minorAt = MINOR;
    head.minor = head.bytes[MINOR] - '0';
    head.phase = Phase.REASON;
    return STATUS_LINE.length;
  }

  private static int reason(HttpHead head) throws HttpFault {
    int at = skip(VALUE, head);
    checkLine(head, at);
    if (at + 1 >= head.length) {
      return more(head, at);
    }
    lineEnd(head, at, HttpFault.BAD_STATUS_LINE);
    head.phase = Phase.FIELD_START;
    return at + 2;
  }

  private static int fieldStart(HttpHead head) throws HttpFault {
    int at = head.position;
    if (at == head.length) {
      return MORE;
    }
    byte b = head.bytes[at];
    if (b == '\r') {
      if (at + 1 == head.length) {
        return MORE;
      }
      lineEnd(head, at, HttpFault.BAD_LINE_END);
      head.phase = Phase.DONE;
      return at + 2;
    }
    if (b == ' ' || b == '\t') {
      throw HttpFault.FOLDED_HEADER;
    }
    head.openField(at);
    head.phase = Phase.NAME;
    return at;
  }

  private static int name(HttpHead head) throws HttpFault {
    int at = skip(TOKEN, head);
    if (at == head.length) {
      return more(head, at);
    }
    if (head.bytes[at] != ':' || !head.closeName(at)) {
      throw HttpFault.BAD_HEADER_NAME;
    }
    head.phase = Phase.VALUE_START;
    return at + 1;
  }

  private static int valueStart(HttpHead head) {
    int at = head.position;
    while (at < head.length && (head.bytes[at] == ' ' || head.bytes[at] == '\t')) {
      at++;
    }
    if (at == head.length) {
      return more(head, at);
    }
    head.openValue(at);
    head.phase = Phase.VALUE;
    return at;
  }

  private static int value(HttpHead head) throws HttpFault {
    int at = skip(VALUE, head);
    if (at + 1 >= head.length) {
      return more(head, at);
    }
    lineEnd(head, at, HttpFault.BAD_HEADER_VALUE);
    head.closeField(at);
    head.phase = Phase.FIELD_START;
    return at + 2;
  }

  /** A line ends with CR and LF, and neither stands alone anywhere. */
  private static void lineEnd(HttpHead head, int at, HttpFault otherwise) throws HttpFault {
    if (head.bytes[at] != '\r') {
      throw head.bytes[at] == '\n' ? HttpFault.BAD_LINE_END : otherwise;
    }
    if (head.bytes[at + 1] != '\n') {
      throw HttpFault.BAD_LINE_END;
    }
  }

  private static void checkLine(HttpHead head, int at) throws HttpFault {
    if (at - head.start > head.limits().lineBytes()) {
      throw head.isRequest() ? HttpFault.TARGET_TOO_LONG : HttpFault.HEAD_TOO_LARGE;
    }
  }

  private static int skip(boolean[] allowed, HttpHead head) {
    byte[] bytes = head.bytes;
    int end = head.length;
    int at = head.position;
    while (at < end && allowed[bytes[at] & 0xFF]) {
      at++;
    }
    return at;
  }

  private static int more(HttpHead head, int at) {
    head.position = at;
    return MORE;
  }
}
