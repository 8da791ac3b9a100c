package dev.shunt.ops.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;

/** Answers every datagram with a line: the server's name, and how many bytes came. */
final class DemoDatagrams implements AutoCloseable {

  private static final int MOST = 65_535;

  private final String name;
  private final DatagramChannel channel;

  /**
   * @param address not a wildcard: a server answers from the virtual address that it was asked at
   */
  DemoDatagrams(String name, InetSocketAddress address) throws IOException {
    this.name = name;
    this.channel = DatagramChannel.open().bind(address);
    Thread.ofPlatform().daemon().name("datagrams").start(this::serve);
  }

  private void serve() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(MOST);
    try {
      while (true) {
        SocketAddress client = channel.receive(buffer.clear());
        String answer = "%s %d%n".formatted(name, buffer.position());
        channel.send(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)), client);
      }
    } catch (AsynchronousCloseException e) {
      // Closed.
    } catch (IOException e) {
      throw new LabException("datagrams: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
