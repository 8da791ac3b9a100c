package dev.shunt.ops.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A server of no protocol: it says a line with its name and the PROXY header (version 2) that came,
 * in hex, then every byte that comes, and at the end of them a line with its name and how many.
 */
final class DemoBytes implements AutoCloseable {

  private static final int BACKLOG = 1_024;
  private static final int FIXED = 16;
  private static final int LENGTH_AT = 14;
  private static final int PART = 16_384;

  private final String name;
  private final ServerSocket listening = new ServerSocket();

  DemoBytes(String name, InetSocketAddress address) throws IOException {
    this.name = name;
    listening.bind(address, BACKLOG);
    Thread.ofPlatform().daemon().name("bytes").start(this::accept);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // Closed, or the client left before it was accepted.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      InputStream in = client.getInputStream();
      byte[] fixed = in.readNBytes(FIXED);
      if (fixed.length < FIXED) {
        return; // A check that only connects.
      }
      byte[] told = in.readNBytes(((fixed[LENGTH_AT] & 0xFF) << 8) | (fixed[LENGTH_AT + 1] & 0xFF));
      HexFormat hex = HexFormat.of();
      OutputStream out = client.getOutputStream();
      say(out, hex.formatHex(fixed) + hex.formatHex(told));
      say(out, Long.toString(repeat(in, out)));
    } catch (IOException e) {
      // The other side is gone, which is its own affair.
    }
  }

  private static long repeat(InputStream in, OutputStream out) throws IOException {
    byte[] part = new byte[PART];
    long all = 0;
    int n = in.read(part);
    while (n >= 0) {
      out.write(part, 0, n);
      all += n;
      n = in.read(part);
    }
    return all;
  }

  private void say(OutputStream out, String what) throws IOException {
    out.write((name + " " + what + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
