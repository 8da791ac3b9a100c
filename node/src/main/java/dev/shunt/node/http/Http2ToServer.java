package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an HTTP/2 server is asked, out of a head of HTTP/1.1 that the rules and stages have let
 * pass, and its answers written as HTTP/1.1, for the same rules and stages (RFC 9113 section 8).
 */
final class Http2ToServer {

  private static final int FIELDS = 24;
  private static final int ROOM = 512;
  private static final String ORIGIN = "/";
  private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
  private static final AsciiString WEBSOCKET = AsciiString.cached("websocket");

  /** What belongs to one connection, and what pseudo-headers say. */
  private static final long WITHOUT =
      KnownHeader.CONNECTION.bit()
          | KnownHeader.HOST.bit()
          | KnownHeader.HTTP2_SETTINGS.bit()
          | KnownHeader.KEEP_ALIVE.bit()
          | KnownHeader.PROXY_CONNECTION.bit()
          | KnownHeader.TE.bit()
          | KnownHeader.TRANSFER_ENCODING.bit()
          | KnownHeader.UPGRADE.bit();

  private Http2ToServer() {}

  /**
   * The fields of a request.
   *
   * @param encrypted whether the server is reached by TLS
   * @param tunnel whether a WebSocket is asked for (RFC 8441)
   */
  static Http2Headers request(
      HttpHead head, boolean encrypted, boolean tunnel, ByteBufAllocator allocator) {
    Http2Headers headers =
        new DefaultHttp2Headers(false, FIELDS)
            .method(tunnel ? CONNECT : new AsciiString(head.method()))
            .scheme(encrypted ? "https" : "http")
            .path(path(head));
    if (head.has(KnownHeader.HOST)) {
      headers.authority(new AsciiString(head.host()));
    }
    if (tunnel) {
      headers.set(Http2Headers.PseudoHeaderName.PROTOCOL.value(), WEBSOCKET);
    }
    Http2Responses.fields(head.render(allocator, 0), true, WITHOUT, headers);
    if (tunnel) {
      headers.remove(WebSockets.KEY);
      headers.remove("content-length");
    }
    if (takesTrailers(head)) {
      headers.set("te", "trailers");
    }
    return headers;
  }

  /** Without scheme and authority, which an absolute target has (RFC 9112 section 3.2.2). */
  private static CharSequence path(HttpHead head) {
    String target = head.target();
    if (target.charAt(0) == '/' || target.equals("*")) {
      return target;
    }
    int authority = target.indexOf("//") + 2;
    for (int i = authority; i < target.length(); i++) {
      if (target.charAt(i) == '/') {
        return target.substring(i);
      } else if (target.charAt(i) == '?') {
        return ORIGIN + target.substring(i);
      }
    }
    return head.methodIs("OPTIONS") ? "*" : ORIGIN;
  }

  /** Whether the client has said that it wants trailers, which gRPC insists on. */
  private static boolean takesTrailers(HttpHead head) {
    if (!head.has(KnownHeader.TE)) {
      return false;
    }
    int te = head.indexOf(KnownHeader.TE);
    return head.value(te).toLowerCase(Locale.ROOT).contains("trailers");
  }

  /**
   * The head of a response.
   *
   * @return null when it is malformed
   */
  static @Nullable ByteBuf response(Http2Headers headers, ByteBufAllocator allocator) {
    ByteBuf out = allocator.heapBuffer(ROOM);
    int status = status(headers);
    if (status > 0 && status != 101) {
      ByteBufUtil.writeAscii(out, "HTTP/1.1 " + status + " \r\n");
      if (fields(headers, false, out)) {
        return out.writeBytes(Http2Fields.LINE_END);
      }
    }
    out.release();
    return null;
  }

  /**
   * The head of a response that opens a tunnel, as HTTP/1.1 has it.
   *
   * @param accept what answers the client's key
   * @return null when it is malformed
   */
  static @Nullable ByteBuf tunnel(Http2Headers headers, String accept, ByteBufAllocator allocator) {
    ByteBuf out = allocator.heapBuffer(ROOM);
    ByteBufUtil.writeAscii(
        out,
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
            + "sec-websocket-accept: "
            + accept
            + "\r\n");
    if (fields(headers, true, out)) {
      return out.writeBytes(Http2Fields.LINE_END);
    }
    out.release();
    return null;
  }

  /** The one pseudo-header of a response, or 0 when it is none. */
  static int status(Http2Headers headers) {
    CharSequence text = headers.status();
    if (text == null || text.length() != 3 || headers.getAll(":status").size() != 1) {
      return 0;
    }
    int status = 0;
    for (int i = 0; i < 3; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      status = 10 * status + digit;
    }
    return status >= 100 && status < 600 ? status : 0;
  }

  private static boolean fields(Http2Headers headers, boolean tunnel, ByteBuf out) {
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      CharSequence name = field.getKey();
      if (Http2Fields.isPseudo(name)) {
        if (!Http2Fields.is(name, ":status")) {
          return false;
        }
      } else if (!(tunnel && isOfAnUpgrade(name))
          && !Http2Fields.line(out, name, field.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOfAnUpgrade(CharSequence name) {
    return Http2Fields.is(name, WebSockets.ACCEPT) || Http2Fields.is(name, "content-length");
  }
}
