package dev.shunt.ops.admin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One request, byte by byte as it is written, and the whole answer. */
final class RawHttp {

  private RawHttp() {}

  /** Sends lines (each gets CR LF, an empty one comes last) and reads until the end. */
  static String exchange(SocketAddress address, String... lines) throws IOException {
    String request = String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n";
    try (SocketChannel channel = SocketChannel.open(address)) {
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(8192);
      while (channel.read(buffer) >= 0) {
        answer.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      return answer.toString(StandardCharsets.UTF_8);
    }
  }

  static String get(SocketAddress address, String path) throws IOException {
    return exchange(address, "GET " + path + " HTTP/1.1", "Host: localhost");
  }

  static String post(SocketAddress address, String path) throws IOException {
    return exchange(address, "POST " + path + " HTTP/1.1", "Host: localhost", "Content-Length: 0");
  }

  static int status(String answer) {
    return Integer.parseInt(answer.substring(9, 12));
  }

  static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }
}
