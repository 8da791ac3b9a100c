package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

/**
 * Reads heads of HTTP/1.1, as the relay and the stages left them, into the fields of HTTP/2. Their
 * syntax is known to be right.
 */
final class Http2Responses {

  private static final int FIELDS = 16;
  private static final long CONTENT_LENGTH = KnownHeader.CONTENT_LENGTH.bit();
  private static final AsciiString[] STATUS = new AsciiString[600];

  static {
    for (int status = 100; status < STATUS.length; status++) {
      STATUS[status] = AsciiString.cached(Integer.toString(status));
    }
  }

  private Http2Responses() {}

  static Http2Headers head(HttpHead head, ByteBufAllocator allocator) {
    Http2Headers headers = new DefaultHttp2Headers(false, FIELDS).status(STATUS[head.status()]);
    fields(head.render(allocator, 0), true, 0, headers);
    return headers;
  }

  /** The head of a tunnel that a server has agreed to with a 101. */
  static Http2Headers tunnel(HttpHead head, ByteBufAllocator allocator) {
    Http2Headers headers = new DefaultHttp2Headers(false, FIELDS).status(STATUS[200]);
    fields(head.render(allocator, 0), true, CONTENT_LENGTH, headers);
    headers.remove(WebSockets.ACCEPT);
    return headers;
  }

  static Http2Headers trailers(HttpHead trailers, ByteBufAllocator allocator) {
    Http2Headers headers = new DefaultHttp2Headers(false, FIELDS);
    fields(trailers.render(allocator, 0), false, 0, headers);
    return headers;
  }

  /**
   * Reads lines into fields.
   *
   * @param without headers that are not wanted, as {@link KnownHeader#bit bits}
   */
  static void fields(ByteBuf text, boolean withStartLine, long without, Http2Headers headers) {
    byte[] bytes = new byte[text.readableBytes()];
    text.readBytes(bytes);
    text.release();
    int at = withStartLine ? endOfLine(bytes, 0) + 2 : 0;
    int end = endOfLine(bytes, at);
    while (end > at) {
      field(bytes, at, end, without, headers);
      at = end + 2;
      end = endOfLine(bytes, at);
    }
  }

  private static int endOfLine(byte[] bytes, int from) {
    int at = from;
    while (bytes[at] != '\r') {
      at++;
    }
    return at;
  }

  private static void field(byte[] bytes, int from, int end, long without, Http2Headers headers) {
    int colon = from;
    while (bytes[colon] != ':') {
      bytes[colon] = (byte) HttpHead.lower(bytes[colon]);
      colon++;
    }
    if (without != 0 && (without & 1L << KnownHeader.ordinalOf(bytes, from, colon)) != 0) {
      return;
    }
    int start = colon + 1;
    while (start < end && isSpace(bytes[start])) {
      start++;
    }
    int last = end;
    while (last > start && isSpace(bytes[last - 1])) {
      last--;
    }
    headers.add(
        new AsciiString(bytes, from, colon - from, false),
        new AsciiString(bytes, start, last - start, false));
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }
}
