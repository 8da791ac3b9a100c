package dev.shunt.node.http;

import static dev.shunt.integrationtests.fuzz.Oracle.require;
import static dev.shunt.integrationtests.fuzz.Oracle.same;

import dev.shunt.integrationtests.fuzz.Oracle;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fields of HTTP/2, whatever HPACK may bring: what becomes a head of HTTP/1.1 is exactly one, with
 * those fields and no other; trailers of HTTP/1.1 become the same fields again.
 */
public final class Http2FieldsFuzz {

  private static final ByteBufAllocator HEAP = UnpooledByteBufAllocator.DEFAULT;
  private static final HeadLimits LIMITS = new HeadLimits(65_536, 200_000, 1000);
  private static final Set<HttpFault> OF_LIMITS =
      Set.of(HttpFault.TOO_MANY_HEADERS, HttpFault.HEAD_TOO_LARGE, HttpFault.TARGET_TOO_LONG);

  /** What a request may have that was not sent as such a field. */
  private static final Set<String> MADE =
      Set.of("host", "cookie", "transfer-encoding", "content-length");

  private static final Set<String> OF_A_TUNNEL =
      Set.of("connection", "upgrade", "sec-websocket-key");

  private Http2FieldsFuzz() {}

  /**
   * What Jazzer calls; the first byte says of what they are, fields end with 0xFF, and names with
   * 0xFE.
   */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Http2Headers headers = new DefaultHttp2Headers(false);
    for (String field : Oracle.text(input).substring(1).split("\u00ff", -1)) {
      int at = Math.max(0, field.indexOf('\u00fe'));
      headers.add(
          new AsciiString(field.substring(0, at)),
          new AsciiString(field.substring(Math.min(at + 1, field.length()))));
    }
    boolean end = (input[0] & 4) != 0;
    switch (input[0] & 3) {
      case 0 -> request(headers, end);
      case 1 -> tunnel(headers);
      default -> trailers(headers);
    }
  }

  private static void request(Http2Headers headers, boolean end) {
    HttpHead head = read(new HttpHead().forRequest(LIMITS), Http2Requests.head(headers, end, HEAP));
    if (head == null) {
      return;
    }
    same(string(headers.method()), head.method(), "another method");
    require(
        end || head.has(KnownHeader.CONTENT_LENGTH) || head.has(KnownHeader.TRANSFER_ENCODING),
        "a body of which nobody knows the end");
    require(!head.has(KnownHeader.CONNECTION), "Connection is in HTTP/2");
    List<String> sent = lines(headers);
    List<String> names = new ArrayList<>();
    for (String line : ShuntReader.lines(head)) {
      String name = line.substring(0, line.indexOf(':'));
      names.add(name);
      require(sent.contains(line) || MADE.contains(name), "a field that was not sent: " + line);
    }
    require(names.indexOf("cookie") == names.lastIndexOf("cookie"), "cookie crumbs are not one");
  }

  private static void tunnel(Http2Headers headers) {
    HttpHead head =
        read(new HttpHead().forRequest(LIMITS), Http2Requests.tunnel(headers, "key", HEAP));
    if (head != null) {
      same("GET", head.method(), "a tunnel is asked for by GET");
      List<String> asked =
          ShuntReader.lines(head).stream()
              .filter(line -> OF_A_TUNNEL.contains(line.substring(0, line.indexOf(':'))))
              .toList();
      same(
          List.of("connection: upgrade", "upgrade: websocket", "sec-websocket-key: key"),
          asked,
          "an upgrade is asked for otherwise");
    }
  }

  private static void trailers(Http2Headers headers) {
    ByteBuf text = Http2Requests.trailers(headers, true, HEAP);
    if (text != null) {
      text.skipBytes("0\r\n".length());
    }
    HttpHead head = read(new HttpHead().forTrailers(LIMITS), text);
    if (head != null) {
      same(lines(headers), ShuntReader.lines(head), "other trailers");
      same(lines(headers), lines(Http2Responses.trailers(head, HEAP)), "other trailers go back");
    }
  }

  /** Null where there is none, or it is beyond the limits; what there is, is well-formed. */
  private static @Nullable HttpHead read(HttpHead head, @Nullable ByteBuf text) {
    if (text == null) {
      return null;
    }
    try {
      require(head.feed(text) && !text.isReadable(), "it is not one head");
      return head;
    } catch (HttpFault fault) {
      require(OF_LIMITS.contains(fault), "it is malformed: " + fault.reason());
      return null;
    } finally {
      text.release();
    }
  }

  private static List<String> lines(Http2Headers headers) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      lines.add(string(field.getKey()) + ": " + string(field.getValue()));
    }
    return lines;
  }

  private static String string(@Nullable CharSequence text) {
    return String.valueOf(text);
  }
}
