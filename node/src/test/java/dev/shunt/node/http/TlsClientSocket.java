package dev.shunt.node.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A TLS client of Java's own TLS. */
final class TlsClientSocket implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 10_000;

  private final SSLSocket socket;

  /**
   * @param serverName what it calls the server, if anything
   */
  TlsClientSocket(
      SSLContext context, InetSocketAddress to, @Nullable String serverName, String... versions)
      throws IOException {
    Socket plain = new Socket();
    plain.connect(to);
    socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, to.getPort(), true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    SSLParameters parameters = socket.getSSLParameters();
    if (serverName != null) {
      parameters.setServerNames(List.of(new SNIHostName(serverName)));
    }
    if (versions.length > 0) {
      parameters.setProtocols(versions);
    }
    socket.setSSLParameters(parameters);
    socket.startHandshake();
  }

  /** The first alternative name of the server's certificate. */
  String shownName() throws Exception {
    X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return shown.getSubjectAlternativeNames().iterator().next().get(1).toString();
  }

  SSLSocket socket() {
    return socket;
  }

  TlsClientSocket send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  TlsClientSocket get(String host) throws IOException {
    return send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }

  String readHead() throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("the connection ended after: " + text);
      }
      text.append((char) b);
    }
    return text.toString();
  }

  String readResponse() throws IOException {
    String head = readHead();
    byte[] body = socket.getInputStream().readNBytes(RawClient.contentLength(head));
    return head + new String(body, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
