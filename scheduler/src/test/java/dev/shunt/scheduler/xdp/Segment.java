package dev.shunt.scheduler.xdp;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A TCP segment of tests, with options and a checksum that is right. */
final class Segment {

  private final int sourcePort;
  private final int destinationPort;
  private int flags;
  private int sequence;
  private int acknowledges;
  private int window = 0xffff;
  private byte[] options = {};

  private Segment(int sourcePort, int destinationPort) {
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
  }

  static Segment from(int sourcePort, int destinationPort) {
    return new Segment(sourcePort, destinationPort);
  }

  Segment syn(int number) {
    flags = Frame.SYN;
    sequence = number;
    return this;
  }

  Segment synAck(int number, int answered) {
    flags = Frame.SYN | Frame.ACK;
    sequence = number;
    acknowledges = answered + 1;
    return this;
  }

  /** The third of the handshake. */
  Segment ack(int synced, int cookie) {
    flags = Frame.ACK;
    sequence = synced + 1;
    acknowledges = cookie + 1;
    return this;
  }

  Segment window(int bytes) {
    window = bytes;
    return this;
  }

  /** As they stand in the header; a number is a byte, and they are filled up to whole words. */
  Segment options(int... bytes) {
    options = new byte[(bytes.length + 3) / 4 * 4];
    for (int i = 0; i < bytes.length; i++) {
      options[i] = (byte) bytes[i];
    }
    return this;
  }

  byte[] bytes(String source, String destination) {
    ByteBuffer tcp =
        ByteBuffer.allocate(20 + options.length)
            .putShort((short) sourcePort)
            .putShort((short) destinationPort)
            .putInt(sequence)
            .putInt(acknowledges)
            .put((byte) ((5 + options.length / 4) << 4))
            .put((byte) flags)
            .putShort((short) window)
            .putInt(0)
            .put(options);
    byte[] from = Frame.address(source);
    byte[] to = Frame.address(destination);
    ByteBuffer covered =
        ByteBuffer.allocate(from.length + to.length + 8 + tcp.capacity())
            .put(from)
            .put(to)
            .putInt(tcp.capacity())
            .putInt(Frame.TCP)
            .put(tcp.array());
    long sum = 0;
    for (int at = 0; at < covered.capacity(); at += 2) {
      sum += Short.toUnsignedInt(covered.getShort(at));
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    tcp.putShort(16, (short) ~sum);
    return Arrays.copyOf(tcp.array(), tcp.capacity());
  }
}
