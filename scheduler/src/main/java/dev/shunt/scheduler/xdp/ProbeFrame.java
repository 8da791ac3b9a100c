package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Probe;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A packet as a client would send it, made up for a {@link Probe}. Checksums of TCP, UDP and ICMP
 * are left out: the data plane leaves them to the target's stack.
 */
final class ProbeFrame {

  /** Locally administered; nobody has it. */
  static final MacAddress CLIENT = MacAddress.parse("02:00:5e:00:53:01");

  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int MPLS = 0x8847;
  private static final int VLAN = 0x8100;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int TTL = 64;
  private static final int BOTTOM_OF_STACK = 0x100;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int ETHERNET_BYTES = 14;
  private static final int TAG_BYTES = 4;
  private static final int SHIM_BYTES = 4;

  /** What an error quotes behind the IP header. */
  private static final int QUOTED_BYTES = 8;

  private static final int TOO_BIG_MTU = 1280;

  private ProbeFrame() {}

  /**
   * The whole frame.
   *
   * @param to the Ethernet address of the data interface
   */
  static byte[] of(Probe probe, MacAddress to) {
    boolean ipv4 = isIpv4(probe.source());
    byte[] l4 = transport(probe, ipv4);
    int before =
        ETHERNET_BYTES
            + (probe.vlan().isPresent() ? TAG_BYTES : 0)
            + (probe.label().isPresent() ? SHIM_BYTES : 0);
    int least = before + (ipv4 ? 20 : 40) + l4.length;
    int padding = Math.max(0, probe.length() - least);
    if (probe.length() > 0 && probe.length() < least) {
      throw new IllegalArgumentException(
          "length: found %d, allowed is %d to %d: so long are its headers"
              .formatted(probe.length(), least, Probe.MAX_LENGTH));
    }
    ByteBuffer frame = ByteBuffer.allocate(least + padding);
    frame.put(to.bytes()).put(CLIENT.bytes());
    probe.vlan().ifPresent(vlan -> frame.putShort((short) VLAN).putShort((short) vlan));
    int type = ipv4 ? IPV4 : IPV6;
    if (probe.label().isPresent()) {
      int label = probe.label().getAsInt();
      frame.putShort((short) MPLS).putInt((label << 12) | BOTTOM_OF_STACK | TTL);
    } else {
      frame.putShort((short) type);
    }
    int protocol = protocol(probe.kind(), ipv4);
    putHeader(frame, probe.source(), probe.destination(), protocol, l4.length + padding);
    frame.put(l4);
    if (probe.kind() == Probe.Kind.DATAGRAM) {
      frame.putShort(least - l4.length + 4, (short) (l4.length + padding));
    }
    return frame.array();
  }

  private static boolean isIpv4(InetSocketAddress end) {
    return end.getAddress().getAddress().length == 4;
  }

  private static int protocol(Probe.Kind kind, boolean ipv4) {
    if (kind.isTcp()) {
      return TCP;
    }
    if (kind.isIcmp()) {
      return ipv4 ? ICMP : ICMPV6;
    }
    return UDP;
  }

  private static byte[] transport(Probe probe, boolean ipv4) {
    return switch (probe.kind()) {
      case SYN -> tcp(probe, 0x02);
      case ACK -> tcp(probe, 0x10);
      case FIN -> tcp(probe, 0x11);
      case RST -> tcp(probe, 0x04);
      case DATAGRAM ->
          ByteBuffer.allocate(8).put(ports(probe.source(), probe.destination())).array();
      case ECHO -> ByteBuffer.allocate(8).put((byte) (ipv4 ? 8 : 128)).array();
      case ERROR -> error(probe, ipv4);
    };
  }

  private static byte[] tcp(Probe probe, int flags) {
    return ByteBuffer.allocate(20)
        .put(ports(probe.source(), probe.destination()))
        .putInt(1)
        .putInt(flags == 0x02 ? 0 : 1)
        .put((byte) (5 << 4))
        .put((byte) flags)
        .putShort((short) 0xffff)
        .array();
  }

  private static byte[] ports(InetSocketAddress source, InetSocketAddress destination) {
    return ByteBuffer.allocate(4)
        .putShort((short) source.getPort())
        .putShort((short) destination.getPort())
        .array();
  }

  /** "Fragmentation needed" (RFC 1191) or "packet too big" (RFC 4443 section 3.2). */
  private static byte[] error(Probe probe, boolean ipv4) {
    ByteBuffer error = ByteBuffer.allocate(8 + (ipv4 ? 20 : 40) + QUOTED_BYTES);
    error.put((byte) (ipv4 ? 3 : 2)).put((byte) (ipv4 ? 4 : 0)).putShort((short) 0);
    error.putInt(TOO_BIG_MTU);
    InetSocketAddress service = probe.destination();
    InetSocketAddress client = probe.source();
    putHeader(error, service, client, TCP, QUOTED_BYTES);
    return error.put(ports(service, client)).array();
  }

  private static void putHeader(
      ByteBuffer to,
      InetSocketAddress source,
      InetSocketAddress destination,
      int protocol,
      int payload) {
    InetAddress from = source.getAddress();
    if (!isIpv4(source)) {
      to.putInt(6 << 28).putShort((short) payload).put((byte) protocol).put((byte) TTL);
      to.put(from.getAddress()).put(destination.getAddress().getAddress());
      return;
    }
    int start = to.position();
    to.put((byte) 0x45).put((byte) 0).putShort((short) (20 + payload));
    to.putShort((short) 0).putShort((short) DONT_FRAGMENT);
    to.put((byte) TTL).put((byte) protocol).putShort((short) 0);
    to.put(from.getAddress()).put(destination.getAddress().getAddress());
    to.putShort(start + 10, (short) checksum(to, start));
  }

  private static int checksum(ByteBuffer ip, int start) {
    int sum = 0;
    for (int at = start; at < start + 20; at += 2) {
      sum += Short.toUnsignedInt(ip.getShort(at));
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return ~(sum + (sum >>> 16));
  }
}
