package dev.shunt.ops.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** TLS handshakes, one after the other. */
final class Handshakes {

  private static final int LIMIT_MILLIS = 10_000;
  private static final byte[] REQUEST =
      ("GET /" + Stand.SMALL + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  private Handshakes() {}

  /** Trusts one certificate and no other. */
  static SSLContext trusting(Path certificate) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      trusted.setCertificateEntry(
          "bench", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

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
