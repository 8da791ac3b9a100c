package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.Frame.address;

import dev.shunt.scheduler.MacAddress;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Builds IPv6 frames for tests, byte by byte and independently of the program under test. */
final class Frame6 {

  static final int HOP_BY_HOP = 0;
  static final int ROUTING = 43;
  static final int FRAGMENT = 44;
  static final int ICMPV6 = 58;
  static final int NOTHING = 59;
  static final int DESTINATION_OPTIONS = 60;

  static final int IP_HEADER = 40;

  MacAddress to = World.MINE;
  MacAddress from = World.ROUTER;
  private String source = World.CLIENT6;
  private String destination = World.VIP6;
  private int sourcePort = 40_000;
  private int destinationPort = World.HTTP_PORT;
  private final int protocol;
  private int flags = Frame.ACK;
  private int hopLimit = 64;
  private int version = 6;
  private int payload = 10;
  private int trailer;
  private int lengthError;
  private int firstHeader = -1;
  private byte[] message = {};
  private final ByteArrayOutputStream extensions = new ByteArrayOutputStream();
  private int lastNextHeader = -1;

  private Frame6(int protocol) {
    this.protocol = protocol;
  }

  static Frame6 tcp(int flags) {
    Frame6 frame = new Frame6(Frame.TCP);
    frame.flags = flags;
    return frame;
  }

  static Frame6 udp() {
    Frame6 frame = new Frame6(Frame.UDP);
    frame.destinationPort = World.DNS_PORT;
    return frame;
  }

  static Frame6 ip(int protocol) {
    return new Frame6(protocol);
  }

  /** An ICMPv6 message whose checksum (bytes 2 and 3) is filled in. */
  static Frame6 icmp(byte[] message) {
    Frame6 frame = new Frame6(ICMPV6);
    frame.message = message.clone();
    return frame;
  }

  /** What stands behind all headers, if it is not what the protocol demands. */
  Frame6 raw(byte[] bytes) {
    message = bytes.clone();
    return this;
  }

  Frame6 to(MacAddress mac) {
    to = mac;
    return this;
  }

  Frame6 from(MacAddress mac) {
    from = mac;
    return this;
  }

  Frame6 source(String address, int port) {
    source = address;
    sourcePort = port;
    return this;
  }

  Frame6 destination(String address, int port) {
    destination = address;
    destinationPort = port;
    return this;
  }

  Frame6 hopLimit(int value) {
    hopLimit = value;
    return this;
  }

  Frame6 version(int value) {
    version = value;
    return this;
  }

  Frame6 payload(int bytes) {
    payload = bytes;
    return this;
  }

  Frame6 trailer(int bytes) {
    trailer = bytes;
    return this;
  }

  /** How much more the IP header says there is than there is. */
  Frame6 lengthError(int bytes) {
    lengthError = bytes;
    return this;
  }

  /**
   * One more extension header: its kind, and all its bytes but the first, which says what follows.
   */
  Frame6 extension(int kind, int... rest) {
    if (lastNextHeader < 0) {
      firstHeader = kind;
    } else {
      setNext(kind);
    }
    lastNextHeader = extensions.size();
    extensions.write(0);
    for (int b : rest) {
      extensions.write(b);
    }
    return this;
  }

  private void setNext(int kind) {
    byte[] bytes = extensions.toByteArray();
    bytes[lastNextHeader] = (byte) kind;
    extensions.reset();
    extensions.writeBytes(bytes);
  }

  byte[] bytes() {
    byte[] ip = packet();
    return ByteBuffer.allocate(14 + ip.length + trailer)
        .put(to.bytes())
        .put(from.bytes())
        .putShort((short) 0x86dd)
        .put(ip)
        .array();
  }

  /** As this frame is when it has been sent to a target: the label is its odd one. */
  byte[] labelled(MacAddress target, int label) {
    return labelled(target, World.MINE, label + 1, hopLimit);
  }

  byte[] labelled(MacAddress toMac, MacAddress fromMac, int label, int labelTtl) {
    byte[] ip = packet();
    return ByteBuffer.allocate(18 + ip.length + trailer)
        .put(toMac.bytes())
        .put(fromMac.bytes())
        .putShort((short) 0x8847)
        .putInt((label << 12) | 0x100 | labelTtl)
        .put(ip)
        .array();
  }

  private byte[] packet() {
    byte[] l4 = l4();
    if (lastNextHeader >= 0) {
      setNext(protocol);
    }
    byte[] headers = extensions.toByteArray();
    int length = headers.length + l4.length;
    return ByteBuffer.allocate(IP_HEADER + length)
        .putInt(version << 28)
        .putShort((short) (length + lengthError))
        .put((byte) (firstHeader < 0 ? protocol : firstHeader))
        .put((byte) hopLimit)
        .put(address(source))
        .put(address(destination))
        .put(headers)
        .put(l4)
        .array();
  }

  private byte[] l4() {
    if (message.length > 0 && protocol != ICMPV6) {
      return message;
    }
    return switch (protocol) {
      case Frame.TCP ->
          ByteBuffer.allocate(20 + payload)
              .putShort((short) sourcePort)
              .putShort((short) destinationPort)
              .putInt(1)
              .putInt(2)
              .put((byte) (5 << 4))
              .put((byte) flags)
              .putShort((short) 0xffff)
              .array();
      case Frame.UDP ->
          ByteBuffer.allocate(8 + payload)
              .putShort((short) sourcePort)
              .putShort((short) destinationPort)
              .putShort((short) (8 + payload))
              .array();
      case ICMPV6 -> withChecksum(message.length == 0 ? new byte[8 + payload] : message);
      default -> new byte[8 + payload];
    };
  }

  private byte[] withChecksum(byte[] icmp) {
    ByteBuffer covered =
        ByteBuffer.allocate(40 + icmp.length + icmp.length % 2)
            .put(address(source))
            .put(address(destination))
            .putInt(icmp.length)
            .putInt(ICMPV6)
            .put(icmp);
    int sum = 0;
    for (int at = 0; at < covered.capacity(); at += 2) {
      sum += Short.toUnsignedInt(covered.getShort(at));
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = ~(sum + (sum >>> 16));
    return ByteBuffer.wrap(icmp.clone()).putShort(2, (short) sum).array();
  }
}
