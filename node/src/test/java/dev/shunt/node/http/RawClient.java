package dev.shunt.node.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client of a bare socket. */
final class RawClient implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket = new Socket();

  RawClient(InetSocketAddress to) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(to);
  }

  Socket socket() {
    return socket;
  }

  InputStream in() throws IOException {
    return socket.getInputStream();
  }

  RawClient send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  RawClient get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: a.example\r\n\r\n");
  }

  /** Reads up to the empty line. */
  String readHead() throws IOException {
    return readUntil("\r\n\r\n");
  }

  String readUntil(String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      int b = in().read();
      if (b < 0) {
        throw new EOFException("the connection ended after: " + text);
      }
      text.append((char) b);
    }
    return text.toString();
  }

  String read(int bytes) throws IOException {
    byte[] got = in().readNBytes(bytes);
    if (got.length < bytes) {
      throw new EOFException("the connection ended after " + got.length + " bytes");
    }
    return new String(got, StandardCharsets.ISO_8859_1);
  }

  /** Reads a response with a Content-Length: head and body. */
  String readResponse() throws IOException {
    String head = readHead();
    return head + read(contentLength(head));
  }

  static int contentLength(String head) {
    String lower = head.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("content-length: ");
    return at < 0 ? 0 : Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)));
  }

  /** Reads until the node ends the connection properly. */
  String readAll() throws IOException {
    return new String(in().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
