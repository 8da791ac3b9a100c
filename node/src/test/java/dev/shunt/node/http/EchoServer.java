package dev.shunt.node.http;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A server of datagrams that sends back what comes, behind its name and a colon if it has one. */
final class EchoServer implements AutoCloseable {

  static final int LARGEST = 65_507;

  private final @Nullable String name;
  private final int answers;
  private final DatagramSocket socket;
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final Set<Integer> ports = ConcurrentHashMap.newKeySet();

  EchoServer(String name) throws SocketException {
    this(name, 1, TestNode.loopback(0));
  }

  /**
   * @param answers to each datagram
   */
  EchoServer(@Nullable String name, int answers, InetSocketAddress address) throws SocketException {
    this.name = name;
    this.answers = answers;
    this.socket = new DatagramSocket(address);
    Thread.ofVirtual().start(this::serve);
  }

  private void serve() {
    byte[] buffer = new byte[1 << 16];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        String text =
            new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
        received.add(text);
        ports.add(packet.getPort());
        byte[] answer = answer(text);
        for (int i = 0; i < answers; i++) {
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private byte[] answer(String text) {
    String whole = name == null ? text : name + ":" + text;
    return whole
        .substring(0, Math.min(LARGEST, whole.length()))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** What came, a character for each byte. */
  List<String> received() {
    return received;
  }

  /** From where. */
  Set<Integer> ports() {
    return ports;
  }

  /** An address of loopback where nobody takes datagrams. */
  static InetSocketAddress nowhere() throws SocketException {
    try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      return (InetSocketAddress) free.getLocalSocketAddress();
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
