package dev.shunt.ops.lab;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One client connection that asks for content and checks it. A plain socket: which connection a
 * request takes, and that nothing is retried behind one's back, is the point. For one thread at a
 * time.
 */
final class ProbeConnection implements AutoCloseable {

  /** An answer that came, but was not the right one. */
  static final class WrongAnswer extends IOException {
    private static final long serialVersionUID = 1L;
    private final String kind;

    WrongAnswer(String kind, String message) {
      super(message);
      this.kind = kind;
    }
  }

  private static final int CONNECT_MILLIS = 3_000;

  /** A request that brings nothing for so long has failed. */
  static final int READ_MILLIS = 3_000;

  private static final int BUFFER = 16_384;
  private static final ClientPorts PORTS = new ClientPorts();

  private final String host;
  private final Socket socket;
  private final HttpReader reader;
  private boolean closing;

  private ProbeConnection(String host, Socket socket) throws IOException {
    this.host = host;
    this.socket = socket;
    this.reader = new HttpReader(new BufferedInputStream(socket.getInputStream(), BUFFER));
  }

  /** A socket that has its port before it connects, so that a failed attempt has one too. */
  static Socket bound() throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(READ_MILLIS);
    PORTS.bind(socket);
    return socket;
  }

  static ProbeConnection connect(Socket socket, LoadOptions options) throws IOException {
    socket.connect(new InetSocketAddress(options.host(), options.port()), CONNECT_MILLIS);
    return new ProbeConnection(options.host(), socket);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** The other side said that it closes after the last answer. */
  boolean closing() {
    return closing;
  }

  /** Asks for {@code bytes} bytes of the seed's content and checks the answer. */
  void request(long seed, int bytes) throws IOException {
    ask(seed, bytes);
    byte[] body = reader.body(bytes);
    int wrong = Content.mismatch(seed, 0, body, body.length);
    if (body.length != bytes || wrong >= 0) {
      throw new WrongAnswer(
          "content",
          "%d bytes for %d, first wrong byte at %d".formatted(body.length, bytes, wrong));
    }
  }

  /** Asks for content whose body the caller reads itself, with {@link #read}. */
  void ask(long seed, long bytes) throws IOException {
    String request =
        "GET /bytes/%d?seed=%d HTTP/1.1\r\nHost: %s\r\nX-Request-Id: %x\r\n\r\n"
            .formatted(bytes, seed, host, seed);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    HttpReader.Head head = reader.head();
    if (head.status() != 200) {
      throw new WrongAnswer("status", "status " + head.status());
    }
    String id = head.headers().get("x-request-id");
    if (id != null && !id.equals(Long.toHexString(seed))) {
      throw new WrongAnswer("content", "an answer to request " + id);
    }
    closing = "close".equalsIgnoreCase(head.headers().get("connection"));
  }

  int read(byte[] buffer) throws IOException {
    return reader.read(buffer);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  /** The name of a failure, for counting. */
  static String kind(IOException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return switch (failure) {
      case WrongAnswer wrong -> wrong.kind;
      case SocketTimeoutException _ -> "timeout";
      case EOFException _ -> "closed";
      default -> {
        if (message.contains("refused")) {
          yield "refused";
        }
        if (message.contains("timed out")) {
          yield "timeout";
        }
        yield message.contains("reset") || message.contains("broken pipe") ? "reset" : "other";
      }
    };
  }
}
