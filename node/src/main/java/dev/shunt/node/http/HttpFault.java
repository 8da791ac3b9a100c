package dev.shunt.node.http;

/**
 * A message that is not accepted, and the status a client gets for it.
 *
 * <p>Faults are constants without a stack trace, so that an attack with bad messages costs no more
 * than good ones.
 */
@SuppressWarnings("StaticAssignmentOfThrowable") // They have no stack trace and no causes.
final class HttpFault extends Exception {

  private static final long serialVersionUID = 1L;

  static final HttpFault BAD_REQUEST_LINE = new HttpFault(400, "bad request line");
  static final HttpFault BAD_STATUS_LINE = new HttpFault(400, "bad status line");
  static final HttpFault BAD_METHOD = new HttpFault(400, "bad method");
  static final HttpFault BAD_TARGET = new HttpFault(400, "bad request target");
  static final HttpFault BAD_HEADER_NAME = new HttpFault(400, "bad header name");
  static final HttpFault BAD_HEADER_VALUE = new HttpFault(400, "bad header value");
  static final HttpFault FOLDED_HEADER = new HttpFault(400, "folded header");
  static final HttpFault BAD_LINE_END = new HttpFault(400, "bad line end");
  static final HttpFault BAD_HOST = new HttpFault(400, "missing, repeated or invalid Host");
  static final HttpFault BAD_LENGTH = new HttpFault(400, "repeated or invalid Content-Length");
  static final HttpFault BAD_ENCODING = new HttpFault(400, "repeated or invalid Transfer-Encoding");
  static final HttpFault TWO_FRAMINGS =
      new HttpFault(400, "both Content-Length and Transfer-Encoding");
  static final HttpFault BAD_CONNECTION = new HttpFault(400, "bad Connection header");
  static final HttpFault BAD_CHUNK = new HttpFault(400, "bad chunk");
  static final HttpFault BAD_TRAILER = new HttpFault(400, "forbidden trailer");
  static final HttpFault METHOD_NOT_ALLOWED = new HttpFault(405, "method not allowed");
  static final HttpFault BODY_TOO_LARGE = new HttpFault(413, "body too large");
  static final HttpFault TARGET_TOO_LONG = new HttpFault(414, "request line too long");
  static final HttpFault BAD_EXPECTATION = new HttpFault(417, "unknown expectation");
  static final HttpFault MISDIRECTED = new HttpFault(421, "this connection is not for that host");
  static final HttpFault HEAD_TOO_LARGE = new HttpFault(431, "headers too large");
  static final HttpFault TOO_MANY_HEADERS = new HttpFault(431, "too many headers");
  static final HttpFault UNKNOWN_PROTOCOL = new HttpFault(501, "unknown protocol");
  static final HttpFault VERSION_NOT_SUPPORTED = new HttpFault(505, "HTTP version not supported");

  private final int status;
  private final String reason;

  private HttpFault(int status, String reason) {
    super(reason, null, false, false);
    this.status = status;
    this.reason = reason;
  }

  /** What a client gets; a server's fault is 502 whatever it is. */
  int status() {
    return status;
  }

  /** Shown to the client: a constant, nothing of what was received. */
  String reason() {
    return reason;
  }
}
