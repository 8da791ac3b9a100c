package dev.shunt.node.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of bare sockets that does as it is told and keeps every byte it received. */
final class RawServer implements AutoCloseable {

  /** What is done with a connection. */
  @FunctionalInterface
  interface Script {
    void run(Peer peer) throws IOException;
  }

  private final ServerSocket listening;
  private final Script script;
  private final Thread accepting;
  private final AtomicInteger accepted = new AtomicInteger();
  private final List<Peer> peers = new CopyOnWriteArrayList<>();

  RawServer(Script script) throws IOException {
    this(script, 0);
  }

  RawServer(Script script, int port) throws IOException {
    this.script = script;
    this.listening = new ServerSocket();
    listening.setReuseAddress(true);
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
    this.accepting = Thread.ofVirtual().unstarted(this::acceptAll);
    accepting.start();
  }

  /** Answers every request with the same response. */
  static RawServer answering(String response) throws IOException {
    return new RawServer(peer -> {
      while (!peer.readHead().isEmpty()) {
        peer.send(response);
      }
    });
  }

  /** Answers every request with a 200 whose body is {@code text}. */
  static RawServer saying(String text) throws IOException {
    return answering("HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
  }

  /** Takes as long as serving something does. */
  static void takeTime(int millis) {
    try {
      var _ = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void acceptAll() {
    while (true) {
      try {
        Socket socket = listening.accept();
        accepted.incrementAndGet();
        Peer peer = new Peer(socket);
        peers.add(peer);
        Thread.ofVirtual().start(() -> serve(peer));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Peer peer) {
    try (peer) {
      script.run(peer);
    } catch (IOException e) {
      // The other side went away, as tests have it do.
      peer.failed = true;
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listening.getLocalSocketAddress();
  }

  int accepted() {
    return accepted.get();
  }

  /** All that was received on all connections. */
  String received() {
    StringBuilder all = new StringBuilder();
    peers.forEach(peer -> all.append(peer.received()));
    return all.toString();
  }

  /** Afterwards nobody is served: what the kernel accepted until then is closed as well. */
  @Override
  public void close() throws IOException {
    listening.close();
    try {
      // It may have a connection in hand that is not among the peers yet.
      accepting.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("while closing");
    }
    for (Peer peer : peers) {
      peer.close();
    }
  }

  /** One connection. */
  static final class Peer implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private volatile boolean failed;

    Peer(Socket socket) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
      this.out = socket.getOutputStream();
    }

    Socket socket() {
      return socket;
    }

    String received() {
      return log.toString(StandardCharsets.ISO_8859_1);
    }

    boolean failed() {
      return failed;
    }

    /** Reads up to the empty line; the empty string at the end of the connection. */
    String readHead() throws IOException {
      return readUntil("\r\n\r\n");
    }

    String readUntil(String end) throws IOException {
      StringBuilder text = new StringBuilder();
      while (text.indexOf(end) < 0) {
        int b = in.read();
        if (b < 0) {
          return "";
        }
        text.append((char) b);
        log.write(b);
      }
      return text.toString();
    }

    String read(int bytes) throws IOException {
      byte[] got = in.readNBytes(bytes);
      String text = new String(got, StandardCharsets.ISO_8859_1);
      log.writeBytes(got);
      return text;
    }

    InputStream in() {
      return in;
    }

    void send(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    void send(byte[] bytes, int length) throws IOException {
      out.write(bytes, 0, length);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
