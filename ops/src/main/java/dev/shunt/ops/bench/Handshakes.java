package dev.shunt.ops.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;

/** TLS handshakes, one after the other. */
final class Handshakes {

  private static final int LIMIT_MILLIS = 10_000;
  private static final byte[] REQUEST =
      ("GET /" + Stand.SMALL + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  private Handshakes() {}

  /** The same without the sessions that it knows. */
  static SSLContext forgetting(SSLContext context) {
    SSLSessionContext sessions = context.getClientSessionContext();
    for (byte[] id : Collections.list(sessions.getIds())) {
      SSLSession session = sessions.getSession(id);
      if (session != null) {
        session.invalidate();
      }
    }
    return context;
  }

  /**
   * Connects, asks for something small and reads it all.
   *
   * @return when its session was begun, in milliseconds since 1970: earlier, if it was resumed
   */
  static long connect(SSLContext context, int port) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.setSoTimeout(LIMIT_MILLIS);
      // Else the request waits for the Finished's acknowledgement, which a server delays that has
      // sent its tickets before.
      socket.setTcpNoDelay(true);
      socket.startHandshake();
      socket.getOutputStream().write(REQUEST);
      byte[] response = socket.getInputStream().readAllBytes();
      if (!new String(response, StandardCharsets.US_ASCII).startsWith("HTTP/1.1 200 ")) {
        throw new IOException("port " + port + " did not answer with 200");
      }
      return socket.getSession().getCreationTime();
    }
  }
}
