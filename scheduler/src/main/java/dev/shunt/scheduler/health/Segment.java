package dev.shunt.scheduler.health;

import dev.shunt.scheduler.MacAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * A TCP segment without data or options, as a frame (RFC 9293 section 3.1).
 *
 * @param label in front of it, with the IP packet's TTL (RFC 3443, uniform model); 0 for none
 * @param sequence in network terms, so all 32 bits count
 */
record Segment(
    MacAddress from,
    MacAddress to,
    int label,
    InetAddress source,
    int sourcePort,
    InetAddress destination,
    int destinationPort,
    int sequence,
    int flags) {

  static final int SYN = 0x02;
  static final int RST = 0x04;
  static final int ACK = 0x10;

  private static final int ETHERNET_BYTES = 14;
  private static final int SHIM_BYTES = 4;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int TCP_BYTES = 20;
  private static final short ETHERTYPE_IPV4 = 0x0800;
  private static final short ETHERTYPE_IPV6 = (short) 0x86dd;
  private static final short ETHERTYPE_MPLS = (short) 0x8847;
  private static final int BOTTOM_OF_STACK = 0x100;
  private static final int VERSION_AND_LENGTH = 0x45;
  private static final short DONT_FRAGMENT = 0x4000;
  private static final int TCP = 6;
  private static final int TTL = 64;
  private static final int WINDOW = 64_240;

  byte[] frame() {
    boolean ipv4 = destination instanceof Inet4Address;
    int shim = label == 0 ? 0 : SHIM_BYTES;
    int ip = ipv4 ? IPV4_BYTES : IPV6_BYTES;
    ByteBuffer frame = ByteBuffer.allocate(ETHERNET_BYTES + shim + ip + TCP_BYTES);
    frame.put(to.bytes()).put(from.bytes());
    if (label == 0) {
      frame.putShort(ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
    } else {
      frame.putShort(ETHERTYPE_MPLS).putInt((label << 12) | BOTTOM_OF_STACK | TTL);
    }
    if (ipv4) {
      putIpv4(frame);
    } else {
      putIpv6(frame);
    }
    putTcp(frame);
    return frame.array();
  }

  private void putIpv4(ByteBuffer frame) {
    int start = frame.position();
    frame
        .put((byte) VERSION_AND_LENGTH)
        .put((byte) 0)
        .putShort((short) (IPV4_BYTES + TCP_BYTES))
        .putShort((short) 0)
        .putShort(DONT_FRAGMENT)
        .put((byte) TTL)
        .put((byte) TCP)
        .putShort((short) 0) // checksum
        .put(source.getAddress())
        .put(destination.getAddress());
    frame.putShort(start + 10, checksum(sum(frame, start, frame.position())));
  }

  private void putIpv6(ByteBuffer frame) {
    frame
        .putInt(6 << 28)
        .putShort((short) TCP_BYTES)
        .put((byte) TCP)
        .put((byte) TTL)
        .put(source.getAddress())
        .put(destination.getAddress());
  }

  /** Both addresses stand right before it, in IPv4 as in IPv6: the pseudo-header's. */
  private void putTcp(ByteBuffer frame) {
    int start = frame.position();
    frame
        .putShort((short) sourcePort)
        .putShort((short) destinationPort)
        .putInt(sequence)
        .putInt(0)
        .put((byte) ((TCP_BYTES / Integer.BYTES) << 4))
        .put((byte) flags)
        .putShort((short) WINDOW)
        .putShort((short) 0) // checksum
        .putShort((short) 0);
    int addresses = 2 * destination.getAddress().length;
    int sum = TCP_BYTES + TCP + sum(frame, start - addresses, frame.position());
    frame.putShort(start + 16, checksum(sum));
  }

  private static int sum(ByteBuffer frame, int from, int to) {
    int sum = 0;
    for (int at = from; at < to; at += Short.BYTES) {
      sum += Short.toUnsignedInt(frame.getShort(at));
    }
    return sum;
  }

  /** RFC 1071. */
  private static short checksum(int sum) {
    int folded = (sum & 0xffff) + (sum >>> 16);
    return (short) ~(folded + (folded >>> 16));
  }
}
