package dev.shunt.node.http;

import dev.shunt.node.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
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
  private static final byte[] LINE_END = ascii("\r\n");
  private static final byte[] CRUMB = ascii("; ");
  private static final byte[] SEPARATOR = ascii(": ");
  private static final AsciiString TRAILERS = AsciiString.cached("trailers");
  private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
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

  private static boolean writeHead(Http2Headers headers, boolean end, ByteBuf out) {
    CharSequence method = headers.method();
    CharSequence authority = headers.authority();
    CharSequence host = headers.get("host");
    CharSequence path = CONNECT.contentEquals(method) ? authority : headers.path();
    if (!startLine(out, method, path) || !isScheme(headers.scheme(), method)) {
      return false;
    }
    if (authority != null
        && host != null
        && !AsciiString.contentEqualsIgnoreCase(authority, host)) {
      return false;
    }
    if (authority != null) {
      out.writeBytes(HOST);
      if (!value(out, authority)) {
        return false;
      }
      out.writeBytes(LINE_END);
    }
    return fields(headers, authority != null, out) && framing(headers, end, out);
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
  private static boolean fields(Http2Headers headers, boolean withoutHost, ByteBuf out) {
    boolean cookies = false;
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      CharSequence name = field.getKey();
      if (name.isEmpty() || name.charAt(0) == ':') {
        continue;
      }
      if (AsciiString.contentEquals(name, "cookie")) {
        cookies = true;
      } else if (!(withoutHost && AsciiString.contentEquals(name, "host"))
          && !line(out, name, field.getValue())) {
        return false;
      }
    }
    return !cookies || cookieLine(headers, out);
  }

  private static boolean cookieLine(Http2Headers headers, ByteBuf out) {
    out.writeBytes(COOKIE);
    boolean more = false;
    for (CharSequence crumb : headers.getAll("cookie")) {
      if (more) {
        out.writeBytes(CRUMB);
      }
      more = true;
      if (!value(out, crumb)) {
        return false;
      }
    }
    out.writeBytes(LINE_END);
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
    out.writeBytes(LINE_END);
    return true;
  }

  /** Trailers as they end a chunked body; null when they are malformed. */
  static @Nullable ByteBuf trailers(Http2Headers headers, ByteBufAllocator allocator) {
    ByteBuf out = allocator.heapBuffer(ROOM);
    out.writeByte('0').writeBytes(LINE_END);
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      if (!line(out, field.getKey(), field.getValue())) {
        out.release();
        return null;
      }
    }
    return out.writeBytes(LINE_END);
  }

  private static boolean line(ByteBuf out, CharSequence name, CharSequence value) {
    if (!name(out, name) || isOfAConnection(name, value)) {
      return false;
    }
    out.writeBytes(SEPARATOR);
    if (!value(out, value)) {
      return false;
    }
    out.writeBytes(LINE_END);
    return true;
  }

  private static boolean name(ByteBuf out, CharSequence name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c > 127 || (c >= 'A' && c <= 'Z') || !Headers.isTokenByte(c)) {
        return false;
      }
      out.writeByte(c);
    }
    return !name.isEmpty();
  }

  private static boolean value(ByteBuf out, CharSequence value) {
    int length = value.length();
    if (length > 0 && (isSpace(value.charAt(0)) || isSpace(value.charAt(length - 1)))) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c > 255 || !Headers.isValueByte(c)) {
        return false;
      }
      out.writeByte(c);
    }
    return true;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isOfAConnection(CharSequence name, CharSequence value) {
    return switch (name.length()) {
      case 2 -> AsciiString.contentEquals(name, "te") && !TRAILERS.contentEqualsIgnoreCase(value);
      case 7 -> AsciiString.contentEquals(name, "upgrade");
      case 10 ->
          AsciiString.contentEquals(name, "connection")
              || AsciiString.contentEquals(name, "keep-alive");
      case 14 -> AsciiString.contentEquals(name, "http2-settings");
      case 16 -> AsciiString.contentEquals(name, "proxy-connection");
      case 17 -> AsciiString.contentEquals(name, "transfer-encoding");
      default -> false;
    };
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
