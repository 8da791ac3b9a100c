package dev.shunt.node.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.random.RandomGenerator;

/** What a WebSocket's handshake has of its own over HTTP/1.1 (RFC 6455 section 4). */
final class WebSockets {

  static final String KEY = "sec-websocket-key";
  static final String ACCEPT = "sec-websocket-accept";
  private static final String PROTOCOL = "websocket";
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;

  private WebSockets() {}

  /** Whether a head's {@code Upgrade} is to a WebSocket. */
  static boolean asks(HttpHead head) {
    int at = head.indexOf(KnownHeader.UPGRADE);
    return at >= 0 && head.equalsIgnoreCase(head.valueStart(at), head.valueEnd(at), PROTOCOL);
  }

  /** A key for a request; it protects nothing but from servers that don't know what they answer. */
  static String newKey(RandomGenerator random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  /** What a server answers to the key of this request. */
  static String acceptOf(HttpHead request) {
    int key = request.find(KEY, 0);
    return key < 0 ? "" : accept(request.value(key));
  }

  private static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }

  /**
   * Checks that a server has understood what it agrees to.
   *
   * @throws HttpFault when it has not
   */
  static void checkAccepted(HttpHead request, HttpHead response) throws HttpFault {
    int accept = response.find(ACCEPT, 0);
    if (!asks(response) || accept < 0 || !response.value(accept).equals(acceptOf(request))) {
      throw HttpFault.BAD_STATUS_LINE;
    }
  }
}
