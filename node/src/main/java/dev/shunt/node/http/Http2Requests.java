package dev.shunt.node.http;

import dev.shunt.node.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes requests of HTTP/2 as HTTP/1.1 (RFC 9113 sections 8.2 and 8.3), so that the same rules and
 * stages are for both. What RFC 9113 calls malformed is none: a field can end up neither as two
 * lines nor as another field.
 */
final class Http2Requests {

  private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
  private static final byte[] HOST = ascii("host: ");
  private static final byte[] COOKIE = ascii("cookie: ");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
  private static final byte[] NO_BODY = ascii("content-length: 0\r\n");
  private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
  private static final byte[] HEAD_END = ascii("\r\n\r\n");
  private static final byte[] UPGRADE =
      ascii("connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: ");
  private static final String PROTOCOL = ":protocol";
  private static final byte[] CRUMB = ascii("; ");
  private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
  private static final String GRPC = "application/grpc";
  private static final int ROOM = 512;

  private Http2Requests() {}

  /**
   * The head, up to its empty line.
   *
   * @param end whether no body follows
   * @return null when the request is malformed
   */
  static @Nullable ByteBuf head(Http2Headers headers, boolean end, ByteBufAllocator allocator) {
    ByteBuf out = allocator.heapBuffer(ROOM);
    if (writeHead(headers, end, out)) {
      return out;
    }
    out.release();
    return null;
  }

  /** Whether a request asks for a tunnel of a protocol (RFC 8441 section 4). */
  static boolean asksForTunnel(Http2Headers headers) {
    return CONNECT.contentEquals(headers.method()) && headers.contains(PROTOCOL);
  }

  /**
   * The head of a request for a WebSocket, up to its empty line, as HTTP/1.1 asks for one.
   *
   * @param key for the server to answer
   * @return null when the request is malformed
   */
  static @Nullable ByteBuf tunnel(Http2Headers headers, String key, ByteBufAllocator allocator) {
    ByteBuf out = allocator.heapBuffer(ROOM);
    if (!headers.contains("content-length")
        && startLine(out, "GET", headers.path())
        && isScheme(headers.scheme(), "GET")
        && host(headers, out)
        && fields(headers, headers.authority() != null, true, out)) {
      out.writeBytes(UPGRADE);
      ByteBufUtil.writeAscii(out, key);
      return out.writeBytes(HEAD_END);
    }
    out.release();
    return null;
  }

  private static boolean writeHead(Http2Headers headers, boolean end, ByteBuf out) {
    CharSequence method = headers.method();
    CharSequence path = CONNECT.contentEquals(method) ? headers.authority() : headers.path();
    if (!startLine(out, method, path) || !isScheme(headers.scheme(), method)) {
      return false;
    }
    return !headers.contains(PROTOCOL)
        && host(headers, out)
        && fields(headers, headers.authority() != null, false, out)
        && framing(headers, end, out);
  }

  private static boolean host(Http2Headers headers, ByteBuf out) {
    CharSequence authority = headers.authority();
    CharSequence host = headers.get("host");
    if (authority == null) {
      return true;
    }
    if (host != null && !AsciiString.contentEqualsIgnoreCase(authority, host)) {
      return false;
    }
    out.writeBytes(HOST);
    if (!Http2Fields.value(out, authority)) {
      return false;
    }
    out.writeBytes(Http2Fields.LINE_END);
    return true;
  }

  private static boolean startLine(
      ByteBuf out, @Nullable CharSequence method, @Nullable CharSequence path) {
    if (method == null || path == null || method.isEmpty() || path.isEmpty()) {
      return false;
    }
    for (int i = 0; i < method.length(); i++) {
      if (method.charAt(i) > 127 || !Headers.isTokenByte(method.charAt(i))) {
        return false;
      }
      out.writeByte(method.charAt(i));
    }
    out.writeByte(' ');
    char first = path.charAt(0);
    if (first != '/' && !(first == '*' && path.length() == 1) && !CONNECT.contentEquals(method)) {
      return false;
    }
    for (int i = 0; i < path.length(); i++) {
      if (!Headers.isTargetByte(path.charAt(i))) {
        return false;
      }
      out.writeByte(path.charAt(i));
    }
    out.writeBytes(VERSION);
    return true;
  }

  private static boolean isScheme(@Nullable CharSequence scheme, @Nullable CharSequence method) {
    return scheme == null
        ? CONNECT.contentEquals(method)
        : AsciiString.contentEqualsIgnoreCase(scheme, "http")
            || AsciiString.contentEqualsIgnoreCase(scheme, "https");
  }

  /** All but pseudo-headers; cookies last, in one line (RFC 9113 section 8.2.3). */
  private static boolean fields(
      Http2Headers headers, boolean withoutHost, boolean withoutKeys, ByteBuf out) {
    boolean cookies = false;
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      CharSequence name = field.getKey();
      if (Http2Fields.isPseudo(name) || (withoutKeys && isKey(name))) {
        continue;
      }
      if (AsciiString.contentEquals(name, "cookie")) {
        cookies = true;
      } else if (!(withoutHost && AsciiString.contentEquals(name, "host"))
          && !Http2Fields.line(out, name, field.getValue())) {
        return false;
      }
    }
    return !cookies || cookieLine(headers, out);
  }

  /** What HTTP/1.1 has and a stream does not need (RFC 8441 section 5). */
  private static boolean isKey(CharSequence name) {
    return Http2Fields.is(name, WebSockets.KEY) || Http2Fields.is(name, WebSockets.ACCEPT);
  }

  private static boolean cookieLine(Http2Headers headers, ByteBuf out) {
    out.writeBytes(COOKIE);
    boolean more = false;
    for (CharSequence crumb : headers.getAll("cookie")) {
      if (more) {
        out.writeBytes(CRUMB);
      }
      more = true;
      if (!Http2Fields.value(out, crumb)) {
        return false;
      }
    }
    out.writeBytes(Http2Fields.LINE_END);
    return true;
  }

  private static boolean framing(Http2Headers headers, boolean end, ByteBuf out) {
    if (!headers.contains("content-length")) {
      if (!end) {
        out.writeBytes(CHUNKED);
      } else if (AsciiString.contentEquals("POST", headers.method())
          || AsciiString.contentEquals("PUT", headers.method())) {
        out.writeBytes(NO_BODY);
      }
    }
    out.writeBytes(Http2Fields.LINE_END);
    return true;
  }

  /** Whether its client makes a gRPC status out of an error code of HTTP/2. */
  static boolean isGrpc(HttpHead head) {
    int at = head.find("content-type", 0);
    return at >= 0 && head.value(at).startsWith(GRPC);
  }

  /**
   * A part of a body as a chunk; an empty one is none.
   *
   * @param end whether no other follows
   */
  static ByteBuf chunk(ByteBuf data, boolean end, ByteBufAllocator allocator) {
    int bytes = data.readableBytes();
    ByteBuf last = end ? Unpooled.wrappedBuffer(LAST_CHUNK) : Unpooled.EMPTY_BUFFER;
    if (bytes == 0) {
      return last;
    }
    ByteBuf size = allocator.buffer(12);
    ByteBufUtil.writeAscii(size, Integer.toHexString(bytes));
    size.writeBytes(Http2Fields.LINE_END);
    return Unpooled.wrappedBuffer(
        size, data.readRetainedSlice(bytes), Unpooled.wrappedBuffer(Http2Fields.LINE_END), last);
  }

  /**
   * Trailers, up to their empty line; null when they are malformed.
   *
   * @param chunked whether they end a chunked body
   */
  static @Nullable ByteBuf trailers(
      Http2Headers headers, boolean chunked, ByteBufAllocator allocator) {
    ByteBuf out = allocator.heapBuffer(ROOM);
    if (chunked) {
      out.writeByte('0').writeBytes(Http2Fields.LINE_END);
    }
    if (Http2Fields.section(headers, out)) {
      return out;
    }
    out.release();
    return null;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
