package dev.shunt.node.http;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * A client of datagrams, which takes them from the address alone that it sends to. Its socket is
 * not connected: Java sends nothing empty from one that is.
 */
final class UdpClient implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 10_000;

  private final DatagramSocket socket;
  private final InetSocketAddress to;

  UdpClient(InetSocketAddress to) throws IOException {
    this(InetAddress.getLoopbackAddress(), to);
  }

  UdpClient(InetAddress from, InetSocketAddress to) throws IOException {
    this.to = to;
    socket = new DatagramSocket(0, from);
    socket.setReceiveBufferSize(1 << 22);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  int port() {
    return socket.getLocalPort();
  }

  void send(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    socket.send(new DatagramPacket(bytes, bytes.length, to));
  }

  String receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[1 << 16], 1 << 16);
    do {
      socket.receive(packet);
    } while (!packet.getSocketAddress().equals(to));
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
  }

  String ask(String text) throws IOException {
    send(text);
    return receive();
  }

  /** The answer, or an empty text where none comes for so long. */
  String askBriefly(String text, int millis) throws IOException {
    send(text);
    socket.setSoTimeout(millis);
    try {
      return receive();
    } catch (SocketTimeoutException e) {
      return "";
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
