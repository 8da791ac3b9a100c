package dev.shunt.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A response of the node itself. */
final class Answer {

  private static final Map<Integer, String> REASONS =
      Map.ofEntries(
          Map.entry(200, "OK"),
          Map.entry(204, "No Content"),
          Map.entry(301, "Moved Permanently"),
          Map.entry(302, "Found"),
          Map.entry(304, "Not Modified"),
          Map.entry(307, "Temporary Redirect"),
          Map.entry(308, "Permanent Redirect"),
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(408, "Request Timeout"),
          Map.entry(413, "Content Too Large"),
          Map.entry(414, "URI Too Long"),
          Map.entry(417, "Expectation Failed"),
          Map.entry(421, "Misdirected Request"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(431, "Request Header Fields Too Large"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(501, "Not Implemented"),
          Map.entry(502, "Bad Gateway"),
          Map.entry(503, "Service Unavailable"),
          Map.entry(504, "Gateway Timeout"),
          Map.entry(505, "HTTP Version Not Supported"));

  /** How soon a client that got a 503 may come again, in seconds. */
  private static final int RETRY_AFTER = 1;

  private final int status;
  private final @Nullable String reason;
  private final String headers;
  private final byte[] body;

  /**
   * @param headers lines that are complete
   */
  Answer(int status, String headers, byte[] body) {
    this(status, null, headers, body);
  }

  private Answer(int status, @Nullable String reason, String headers, byte[] body) {
    this.status = status;
    this.reason = reason;
    this.headers = headers;
    this.body = body;
  }

  /** Why the node answers; null if a stage does. */
  @Nullable String reason() {
    return reason;
  }

  int status() {
    return status;
  }

  /** A refusal to a client that may come again after so many seconds. */
  static Answer busy(String reason, String requestId, int retryAfter) {
    return error(503, reason, requestId, retryAfter);
  }

  /** How many bytes of body it has for a client that asked with this method. */
  int bodyBytes(boolean withBody) {
    return withBody && status != 204 && status != 304 ? body.length : 0;
  }

  /** An error, with a short text that tells its reason and the request's id. */
  static Answer error(int status, String reason, String requestId) {
    return error(status, reason, requestId, RETRY_AFTER);
  }

  private static Answer error(int status, String reason, String requestId, int retryAfter) {
    String extra =
        switch (status) {
          case 405 -> "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n";
          case 503 -> "Retry-After: " + retryAfter + "\r\n";
          default -> "";
        };
    String headers =
        "Content-Type: text/plain; charset=utf-8\r\nX-Request-Id: " + requestId + "\r\n" + extra;
    String text = "%d %s: %s\nrequest %s\n".formatted(status, reasonOf(status), reason, requestId);
    return new Answer(status, reason, headers, text.getBytes(StandardCharsets.UTF_8));
  }

  static String reasonOf(int status) {
    return REASONS.getOrDefault(status, "");
  }

  /**
   * The whole response.
   *
   * @param withBody false for HEAD
   * @param connection the value of {@code Connection}, or the empty string
   */
  ByteBuf render(ByteBufAllocator allocator, byte[] date, boolean withBody, String connection) {
    boolean bodyAllowed = status != 204 && status != 304;
    ByteBuf out = allocator.ioBuffer(256 + headers.length() + body.length);
    ByteBufUtil.writeAscii(out, "HTTP/1.1 " + status + " " + reasonOf(status) + "\r\nDate: ");
    out.writeBytes(date);
    out.writeCharSequence("\r\n" + headers, StandardCharsets.ISO_8859_1);
    if (bodyAllowed) {
      ByteBufUtil.writeAscii(out, "Content-Length: " + body.length + "\r\n");
    }
    if (!connection.isEmpty()) {
      ByteBufUtil.writeAscii(out, "Connection: " + connection + "\r\n");
    }
    ByteBufUtil.writeAscii(out, "\r\n");
    if (withBody && bodyAllowed) {
      out.writeBytes(body);
    }
    return out;
  }
}
