package dev.shunt.ops.lab;

import dev.shunt.replication.AddressText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A captured Ethernet frame, as far as a lab looks at it: addresses, the top MPLS label, and IP
 * with TCP or UDP ports, behind no IPv6 extension header.
 *
 * @param atMicros when it was captured, microseconds of the epoch
 * @param label top MPLS label (RFC 3032), or {@link #NONE}
 * @param source source address, empty where the frame is not IP
 * @param sourcePort TCP or UDP port, or {@link #NONE}
 * @param tcpFlags the flags byte, 0 where it is not TCP
 * @param sequence TCP sequence number; of UDP the last four octets of its payload, as a number; or
 *     {@link #NONE}
 * @param length octets on the wire
 */
public record Frame(
    long atMicros,
    String destinationMac,
    String sourceMac,
    int label,
    String source,
    int sourcePort,
    String destination,
    int destinationPort,
    int tcpFlags,
    long sequence,
    int length) {

  public static final int NONE = -1;

  static final int SYN = 0x02;
  static final int RST = 0x04;
  static final int ACK = 0x10;

  private static final int MAC_LENGTH = 6;
  private static final HexFormat MAC_TEXT = HexFormat.ofDelimiter(":");
  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ETHERTYPE_IPV6 = 0x86dd;
  private static final int ETHERTYPE_VLAN = 0x8100;
  private static final int ETHERTYPE_MPLS = 0x8847;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int SEQUENCE_OFFSET = 4;
  private static final int UDP_HEADER = 8;
  private static final int UDP_LENGTH_OFFSET = 4;
  private static final int FLAGS_OFFSET = 13;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int IPV6_ADDRESS = 16;

  public boolean labelled() {
    return label != NONE;
  }

  /** Whether it goes from that address and port. */
  public boolean from(String address, int port) {
    return source.equals(address) && sourcePort == port;
  }

  /** Whether it goes to that address and port. */
  public boolean to(String address, int port) {
    return destination.equals(address) && destinationPort == port;
  }

  /** Decodes what of a frame was captured; what is missing or unknown stays empty. */
  static Frame decode(long atMicros, ByteBuffer frame, int length) {
    String destinationMac = mac(frame);
    String sourceMac = mac(frame);
    int type = u16(frame);
    if (type == ETHERTYPE_VLAN) {
      skip(frame, 2);
      type = u16(frame);
    }
    int label = NONE;
    int version = type == ETHERTYPE_IPV4 ? 4 : type == ETHERTYPE_IPV6 ? 6 : 0;
    if (type == ETHERTYPE_MPLS) {
      boolean bottom = false;
      while (!bottom && frame.remaining() >= Integer.BYTES) {
        int entry = frame.getInt();
        label = label == NONE ? entry >>> 12 : label;
        bottom = (entry & 0x100) != 0;
      }
      version = frame.hasRemaining() ? (frame.get(frame.position()) & 0xf0) >> 4 : 0;
    }
    Frame bare =
        new Frame(atMicros, destinationMac, sourceMac, label, "", NONE, "", NONE, 0, NONE, length);
    if (version == 4 && frame.remaining() >= IPV4_HEADER) {
      return withIpv4(bare, frame.slice());
    }
    return version == 6 && frame.remaining() >= IPV6_HEADER ? withIpv6(bare, frame.slice()) : bare;
  }

  private static Frame withIpv6(Frame bare, ByteBuffer packet) {
    return with(
        bare, packet, address6(packet, 8), address6(packet, 24), packet.get(6), IPV6_HEADER, true);
  }

  private static Frame withIpv4(Frame bare, ByteBuffer packet) {
    int header = (packet.get(0) & 0xf) * Integer.BYTES;
    int protocol = packet.get(9);
    boolean first = (packet.getShort(6) & 0x1fff) == 0;
    return with(
        bare,
        packet,
        address(packet.getInt(12)),
        address(packet.getInt(16)),
        protocol,
        header,
        first);
  }

  /**
   * @param l4 where the ports are
   * @param first whether they are
   */
  private static Frame with(
      Frame bare,
      ByteBuffer packet,
      String source,
      String destination,
      int protocol,
      int l4,
      boolean first) {
    boolean ports =
        first && (protocol == TCP || protocol == UDP) && packet.limit() >= l4 + Integer.BYTES;
    boolean flags = ports && protocol == TCP && packet.limit() > l4 + FLAGS_OFFSET;
    return new Frame(
        bare.atMicros,
        bare.destinationMac,
        bare.sourceMac,
        bare.label,
        source,
        ports ? Short.toUnsignedInt(packet.getShort(l4)) : NONE,
        destination,
        ports ? Short.toUnsignedInt(packet.getShort(l4 + 2)) : NONE,
        flags ? Byte.toUnsignedInt(packet.get(l4 + FLAGS_OFFSET)) : 0,
        flags
            ? Integer.toUnsignedLong(packet.getInt(l4 + SEQUENCE_OFFSET))
            : ports && protocol == UDP ? lastOctets(packet, l4) : NONE,
        bare.length);
  }

  private static long lastOctets(ByteBuffer packet, int udp) {
    boolean header = packet.limit() >= udp + UDP_HEADER;
    int end = header ? udp + Short.toUnsignedInt(packet.getShort(udp + UDP_LENGTH_OFFSET)) : 0;
    return end >= udp + UDP_HEADER + Integer.BYTES && end <= packet.limit()
        ? Integer.toUnsignedLong(packet.getInt(end - Integer.BYTES))
        : NONE;
  }

  private static String address6(ByteBuffer packet, int at) {
    byte[] address = new byte[IPV6_ADDRESS];
    packet.get(at, address);
    try {
      return AddressText.of(InetAddress.getByAddress(address));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("sixteen bytes are an address", e);
    }
  }

  private static String address(int ipv4) {
    return (ipv4 >>> 24)
        + "."
        + ((ipv4 >>> 16) & 0xff)
        + "."
        + ((ipv4 >>> 8) & 0xff)
        + "."
        + (ipv4 & 0xff);
  }

  private static String mac(ByteBuffer frame) {
    byte[] mac = new byte[Math.min(MAC_LENGTH, frame.remaining())];
    frame.get(mac);
    return MAC_TEXT.formatHex(mac);
  }

  private static int u16(ByteBuffer frame) {
    return frame.remaining() >= Short.BYTES ? Short.toUnsignedInt(frame.getShort()) : 0;
  }

  private static void skip(ByteBuffer frame, int count) {
    frame.position(Math.min(frame.limit(), frame.position() + count));
  }
}
