package dev.shunt.integrationtests.soak;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;

/** What the daemon relays to: three servers of HTTP that come and go, WebSockets, and echoes. */
final class SoakServers implements AutoCloseable {

  static final int HTTP = 3;

  /** A connection's work. */
  private interface Talk {
    void with(DataInputStream in, OutputStream out) throws IOException, GeneralSecurityException;
  }

  private final List<HttpServer> http = new ArrayList<>();
  private final ServerSocket sockets = listen(SoakServers::webSocket);
  private final ServerSocket echo = listen((in, out) -> in.transferTo(out));

  SoakServers() throws IOException {
    for (int i = 0; i < HTTP; i++) {
      http.add(http(0));
    }
  }

  /** The bytes that a number stands for. */
  static byte[] content(long seed, int size) {
    byte[] bytes = new byte[size];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  int httpPort(int server) {
    return http.get(server).getAddress().getPort();
  }

  int socketPort() {
    return sockets.getLocalPort();
  }

  int echoPort() {
    return echo.getLocalPort();
  }

  /** Breaks all its connections off and is there again. */
  void restart(int server) throws IOException {
    int port = httpPort(server);
    http.get(server).stop(0);
    http.set(server, http(port));
  }

  private static HttpServer http(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/content/", SoakServers::sendContent);
    server.createContext("/echo", SoakServers::sendBack);
    server.start();
    return server;
  }

  /** {@code /content/SEED/SIZE}. */
  private static void sendContent(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    byte[] body = content(Long.parseLong(path[2]), Integer.parseInt(path[3]));
    exchange.getResponseHeaders().add("X-Seed", path[2]);
    exchange.getResponseHeaders().add("Set-Cookie", "JSESSIONID=" + path[2] + "; Path=/");
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void sendBack(HttpExchange exchange) throws IOException {
    try (InputStream in = exchange.getRequestBody()) {
      byte[] body = in.readAllBytes();
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private static ServerSocket listen(Talk talk) throws IOException {
    ServerSocket socket = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(() -> {
          while (!socket.isClosed()) {
            try {
              Socket peer = socket.accept();
              Thread.ofVirtual().start(() -> talk(peer, talk));
            } catch (IOException _) {
              return;
            }
          }
        });
    return socket;
  }

  private static void talk(Socket peer, Talk talk) {
    try (peer;
        DataInputStream in = new DataInputStream(new BufferedInputStream(peer.getInputStream()))) {
      talk.with(in, peer.getOutputStream());
    } catch (IOException | GeneralSecurityException _) {
      // The other side ended it.
    }
  }

  /** RFC 6455: says yes, and sends every frame back. */
  private static void webSocket(DataInputStream in, OutputStream out)
      throws IOException, GeneralSecurityException {
    String key = "";
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.regionMatches(true, 0, "sec-websocket-key:", 0, 18)) {
        key = line.substring(18).trim();
      }
    }
    byte[] digest =
        MessageDigest.getInstance("SHA-1")
            .digest(
                (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
    String accept = Base64.getEncoder().encodeToString(digest);
    out.write(
        """
        HTTP/1.1 101 Switching Protocols\r
        Connection: upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Accept: %s\r
        \r
        """
            .formatted(accept)
            .getBytes(StandardCharsets.US_ASCII));
    for (int first = in.read(); first >= 0; first = in.read()) {
      int length = in.read() & 0x7F;
      length = length == 126 ? in.readUnsignedShort() : length;
      byte[] mask = in.readNBytes(4);
      byte[] data = in.readNBytes(length);
      for (int i = 0; i < length; i++) {
        data[i] ^= mask[i % 4];
      }
      out.write(frame(first, data));
    }
  }

  private static byte[] frame(int first, byte[] data) {
    ByteBuffer frame = ByteBuffer.allocate(4 + data.length).put((byte) first);
    if (data.length > 125) {
      frame.put((byte) 126).putShort((short) data.length);
    } else {
      frame.put((byte) data.length);
    }
    frame.put(data);
    return Arrays.copyOf(frame.array(), frame.position());
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append(b == '\r' ? "" : (char) b);
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    http.forEach(server -> server.stop(0));
    sockets.close();
    echo.close();
  }
}
