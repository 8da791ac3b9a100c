package dev.shunt.node.http;

/**
 * Where a message ends (RFC 9112 section 6), read so that no two readers can disagree: whatever is
 * not plain is refused.
 */
final class Framing {

  /** More digits could overflow. */
  private static final int MAX_LENGTH_DIGITS = 18;

  private Framing() {}

  /**
   * Prepares {@code body} for the body of a request.
   *
   * @param maxBytes of a body; 0 is without a limit
   */
  static void ofRequest(HttpHead head, BodyReader body, long maxBytes) throws HttpFault {
    if (isChunked(head)) {
      body.chunked(maxBytes);
    } else if (head.has(KnownHeader.CONTENT_LENGTH)) {
      long length = contentLength(head);
      if (maxBytes != 0 && length > maxBytes) {
        throw HttpFault.BODY_TOO_LARGE;
      }
      body.length(length);
    } else {
      body.none();
    }
  }

  /** Prepares {@code body} for the body of a response, and removes framing where none may be. */
  static void ofResponse(HttpHead head, BodyReader body, boolean toHead) throws HttpFault {
    boolean chunked = isChunked(head);
    long length = head.has(KnownHeader.CONTENT_LENGTH) ? contentLength(head) : -1;
    if (head.status < 200 || head.status == 204) {
      head.dropAll(KnownHeader.CONTENT_LENGTH);
      head.dropAll(KnownHeader.TRANSFER_ENCODING);
      body.none();
    } else if (toHead || head.status == 304) {
      body.none();
    } else if (chunked) {
      body.chunked(0);
    } else if (length >= 0) {
      body.length(length);
    } else {
      body.untilClose();
    }
  }

  /**
   * Prepares {@code body} for the body of a response that comes in frames.
   *
   * @param ended whether none follows
   */
  static void ofFramedResponse(HttpHead head, BodyReader body, boolean toHead, boolean ended)
      throws HttpFault {
    long length = head.has(KnownHeader.CONTENT_LENGTH) ? contentLength(head) : -1;
    if (head.status < 200) {
      body.none();
    } else if (head.status == 204) {
      head.dropAll(KnownHeader.CONTENT_LENGTH);
      body.framed(0, false, ended);
    } else {
      body.framed(ended && length < 0 ? 0 : length, !toHead && head.status != 304, ended);
    }
  }

  private static boolean isChunked(HttpHead head) throws HttpFault {
    if (!head.has(KnownHeader.TRANSFER_ENCODING)) {
      return false;
    }
    if (head.has(KnownHeader.CONTENT_LENGTH)) {
      throw HttpFault.TWO_FRAMINGS;
    }
    int at = head.indexOf(KnownHeader.TRANSFER_ENCODING);
    if (head.repeats(KnownHeader.TRANSFER_ENCODING)
        || !head.http11()
        || !head.equalsIgnoreCase(head.valueStart(at), head.valueEnd(at), "chunked")) {
      throw HttpFault.BAD_ENCODING;
    }
    return true;
  }

  private static long contentLength(HttpHead head) throws HttpFault {
    int at = head.indexOf(KnownHeader.CONTENT_LENGTH);
    int from = head.valueStart(at);
    int to = head.valueEnd(at);
    if (head.repeats(KnownHeader.CONTENT_LENGTH) || to == from || to - from > MAX_LENGTH_DIGITS) {
      throw HttpFault.BAD_LENGTH;
    }
    long length = 0;
    for (int i = from; i < to; i++) {
      int digit = head.bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        throw HttpFault.BAD_LENGTH;
      }
      length = length * 10 + digit;
    }
    return length;
  }
}
