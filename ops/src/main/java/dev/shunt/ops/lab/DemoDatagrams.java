package dev.shunt.ops.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;

/**
 * Answers every datagram with a line: the server's name, and how many bytes came; or its name and
 * who asked, and behind that the datagram, as far as there is room.
 */
final class DemoDatagrams implements AutoCloseable {

  private static final int MOST = 65_535;

  /** What one over IPv4 carries. */
  private static final int LARGEST = 65_507;

  private final String name;
  private final boolean repeats;
  private final DatagramChannel channel;

  /**
   * @param address not a wildcard: a server answers from the virtual address that it was asked at
   * @param repeats whether it sends the datagram back
   */
  DemoDatagrams(String name, InetSocketAddress address, boolean repeats) throws IOException {
    this.name = name;
    this.repeats = repeats;
    this.channel = DatagramChannel.open().bind(address);
    Thread.ofPlatform().daemon().name("datagrams").start(this::serve);
  }

  private void serve() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(MOST);
    try {
      while (true) {
        SocketAddress client = channel.receive(buffer.clear());
        answer(buffer.flip(), (InetSocketAddress) client);
      }
    } catch (AsynchronousCloseException e) {
      // Closed.
    } catch (IOException e) {
      throw new LabException("datagrams: " + e.getMessage(), e);
    }
  }

  private void answer(ByteBuffer asked, InetSocketAddress client) throws IOException {
    try {
      channel.send(text(asked, client), client);
    } catch (SocketException e) {
      // The link is cut: nobody can be reached, until it is back.
    }
  }

  private ByteBuffer text(ByteBuffer asked, InetSocketAddress client) {
    String line =
        repeats
            ? "%s %s %d%n".formatted(name, client.getAddress().getHostAddress(), client.getPort())
            : "%s %d%n".formatted(name, asked.remaining());
    byte[] first = line.getBytes(StandardCharsets.US_ASCII);
    int rest = repeats ? Math.min(asked.remaining(), LARGEST - first.length) : 0;
    return ByteBuffer.allocate(first.length + rest).put(first).put(asked.slice(0, rest)).flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
