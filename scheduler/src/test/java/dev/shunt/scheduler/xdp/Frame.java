package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.MacAddress;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Builds Ethernet frames for tests, byte by byte and independently of the program under test. */
final class Frame {

  static final int SYN = 0x02;
  static final int ACK = 0x10;
  static final int FIN = 0x01;
  static final int RST = 0x04;
  static final int PSH = 0x08;

  static final int TCP = 6;
  static final int UDP = 17;
  static final int ICMP = 1;

  MacAddress to = World.MINE;
  MacAddress from = World.ROUTER;
  String source = World.CLIENT;
  String destination = World.VIP;
  int sourcePort = 40_000;
  int destinationPort = World.HTTP_PORT;
  int protocol = TCP;
  int flags = ACK;
  int ttl = 64;
  int version = 4;
  int optionBytes;
  int fragment;
  int dataOffset = 5;
  int payload = 10;
  int trailer;
  int totalLengthError;
  private int identification = 0x1234;
  private byte[] message = {};

  static Frame tcp(int flags) {
    Frame frame = new Frame();
    frame.flags = flags;
    return frame;
  }

  static Frame udp() {
    Frame frame = new Frame();
    frame.protocol = UDP;
    frame.destinationPort = World.DNS_PORT;
    return frame;
  }

  static Frame ip(int protocol) {
    Frame frame = new Frame();
    frame.protocol = protocol;
    return frame;
  }

  /** The message is taken as it is. */
  static Frame icmp(byte[] message) {
    return ip(ICMP).raw(message);
  }

  Frame to(MacAddress mac) {
    to = mac;
    return this;
  }

  Frame from(MacAddress mac) {
    from = mac;
    return this;
  }

  Frame destination(String address, int port) {
    destination = address;
    destinationPort = port;
    return this;
  }

  Frame source(String address, int port) {
    source = address;
    sourcePort = port;
    return this;
  }

  Frame sourcePort(int port) {
    sourcePort = port;
    return this;
  }

  Frame ttl(int value) {
    ttl = value;
    return this;
  }

  Frame version(int value) {
    version = value;
    return this;
  }

  Frame options(int bytes) {
    optionBytes = bytes;
    return this;
  }

  /** The field of flags and offset, in host order. */
  Frame fragment(int field) {
    fragment = field;
    return this;
  }

  /** What stands behind the IP header, if it is not what the protocol demands. */
  Frame raw(byte[] bytes) {
    message = bytes.clone();
    return this;
  }

  /** Of the datagram that this frame may be a part of. */
  Frame identification(int value) {
    identification = value;
    return this;
  }

  Frame dataOffset(int words) {
    dataOffset = words;
    return this;
  }

  Frame payload(int bytes) {
    payload = bytes;
    return this;
  }

  /** What the link adds behind the packet to reach its shortest frame. */
  Frame trailer(int bytes) {
    trailer = bytes;
    return this;
  }

  /** How much more the IP header says there is than there is. */
  Frame totalLengthError(int bytes) {
    totalLengthError = bytes;
    return this;
  }

  byte[] bytes() {
    byte[] ip = ipPacket();
    return ByteBuffer.allocate(14 + ip.length + trailer)
        .put(to.bytes())
        .put(from.bytes())
        .putShort((short) 0x0800)
        .put(ip)
        .array();
  }

  /** As this frame is when it has been sent to a target: addressed anew, with the label. */
  byte[] labelled(MacAddress target, int label) {
    return labelled(target, World.MINE, label, ttl, true);
  }

  byte[] labelled(MacAddress toMac, MacAddress fromMac, int label, int labelTtl, boolean bottom) {
    byte[] ip = Arrays.copyOf(ipPacket(), ipPacket().length + trailer);
    return ByteBuffer.allocate(18 + ip.length)
        .put(toMac.bytes())
        .put(fromMac.bytes())
        .putShort((short) 0x8847)
        .putInt((label << 12) | (bottom ? 0x100 : 0) | labelTtl)
        .put(ip)
        .array();
  }

  private byte[] ipPacket() {
    byte[] l4 = l4();
    int header = 20 + optionBytes;
    ByteBuffer ip = ByteBuffer.allocate(header + l4.length);
    ip.put((byte) ((version << 4) | (header / 4)))
        .put((byte) 0)
        .putShort((short) (header + l4.length + totalLengthError))
        .putShort((short) identification)
        .putShort((short) fragment)
        .put((byte) ttl)
        .put((byte) protocol)
        .putShort((short) 0)
        .put(address(source))
        .put(address(destination));
    // No-operation options.
    for (int i = 0; i < optionBytes; i++) {
      ip.put((byte) 1);
    }
    ip.putShort(10, (short) checksum(ip, header));
    return ip.put(l4).array();
  }

  private byte[] l4() {
    if (message.length > 0) {
      return message;
    }
    return switch (protocol) {
      case TCP ->
          ByteBuffer.allocate(20 + payload)
              .putShort((short) sourcePort)
              .putShort((short) destinationPort)
              .putInt(1)
              .putInt(2)
              .put((byte) (dataOffset << 4))
              .put((byte) flags)
              .putShort((short) 0xffff)
              .array();
      case UDP ->
          ByteBuffer.allocate(8 + payload)
              .putShort((short) sourcePort)
              .putShort((short) destinationPort)
              .putShort((short) (8 + payload))
              .array();
      default -> new byte[8 + payload];
    };
  }

  private static int checksum(ByteBuffer ip, int header) {
    int sum = 0;
    for (int i = 0; i < header; i += 2) {
      sum += Short.toUnsignedInt(ip.getShort(i));
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return ~(sum + (sum >>> 16));
  }

  static byte[] arp(
      MacAddress to,
      int operation,
      MacAddress senderMac,
      String sender,
      MacAddress targetMac,
      String target) {
    return arp(to, senderMac, operation, senderMac, sender, targetMac, target);
  }

  /** From another machine than the one that it says something about. */
  static byte[] arp(
      MacAddress to,
      MacAddress from,
      int operation,
      MacAddress senderMac,
      String sender,
      MacAddress targetMac,
      String target) {
    return ByteBuffer.allocate(42)
        .put(to.bytes())
        .put(from.bytes())
        .putShort((short) 0x0806)
        .putShort((short) 1)
        .putShort((short) 0x0800)
        .put((byte) 6)
        .put((byte) 4)
        .putShort((short) operation)
        .put(senderMac.bytes())
        .put(address(sender))
        .put(targetMac.bytes())
        .put(address(target))
        .array();
  }

  static byte[] address(String text) {
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      throw new UncheckedIOException(e);
    }
  }
}
