package dev.shunt.scheduler.xdp;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.MacAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * One kind of flows of a benchmark: its packets, and the flows that {@code bench.bpf.c} makes of
 * them by an index.
 */
public enum BenchFlows {
  TCP4(Protocol.TCP, true),
  UDP4(Protocol.UDP, true),
  TCP6(Protocol.TCP, false),
  UDP6(Protocol.UDP, false);

  /** TCP's flags: opens a session. */
  public static final int SYN = 0x02;

  /** TCP's flags: goes on with one. */
  public static final int ACK = 0x10;

  static final MacAddress MEMBER = MacAddress.parse("02:00:00:00:00:0a");

  /** {@code PEER}, where the packets come from and are put back to. */
  static final MacAddress PEER = MacAddress.parse("02:00:00:00:00:01");

  static final InetAddress VIP4 = address("203.0.113.10");
  static final InetAddress VIP6 = address("2001:db8::203:10");
  static final int FIRST_PORT = 1000;

  /** No VIP. */
  private static final InetAddress STRANGER = address("203.0.113.77");

  /** {@code SOURCES} and {@code SPREAD}. */
  static final int SOURCES4 = 0x0a000000;

  private static final InetAddress SOURCES6 = address("2001:db8:10::");
  private static final int SPREAD = 0x9e3779b1;

  private static final int SOURCE_PORT = 40_000;
  private static final int TTL = 64;
  private static final int ETHERNET = 14;
  private static final int SHIM = 4;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;

  /** Longer than either header, so that the shortest frame is as long as Ethernet wants it. */
  private static final int L4 = 26;

  private final Protocol protocol;
  private final boolean ipv4;

  BenchFlows(Protocol protocol, boolean ipv4) {
    this.protocol = protocol;
    this.ipv4 = ipv4;
  }

  Protocol protocol() {
    return protocol;
  }

  InetAddress vip() {
    return ipv4 ? VIP4 : VIP6;
  }

  /** The flow that the program makes of a packet of this kind. */
  Flow flow(int index, int services) {
    int port = FIRST_PORT + ((((index * SPREAD) >>> 16) * services) >>> 16);
    if (ipv4) {
      return Flow.ofIpv4(protocol, SOURCES4 + index, SOURCE_PORT, bits(VIP4), port);
    }
    byte[] source = SOURCES6.getAddress();
    ByteBuffer.wrap(source).putInt(source.length - Integer.BYTES, index);
    return Flow.of(
        protocol,
        new InetSocketAddress(address(source), SOURCE_PORT),
        new InetSocketAddress(VIP6, port));
  }

  /** The packet of the flow with index 0, or of its first service. */
  public byte[] frame(int flags) {
    return frame(vip(), flags);
  }

  /** A packet of the same kind with a label on, as a member gets it for another to have. */
  public byte[] labelled(int label) {
    byte[] plain = frame(ACK);
    return ByteBuffer.allocate(plain.length + SHIM)
        .put(plain, 0, ETHERNET - 2)
        .putShort((short) 0x8847)
        .putInt((label << 12) | 0x100 | TTL)
        .put(plain, ETHERNET, plain.length - ETHERNET)
        .array();
  }

  /** A packet that is for no VIP. */
  public static byte[] foreign() {
    return TCP4.frame(STRANGER, ACK);
  }

  private byte[] frame(InetAddress to, int flags) {
    ByteBuffer frame =
        ByteBuffer.allocate(ETHERNET + (ipv4 ? IPV4_HEADER : IPV6_HEADER) + L4)
            .put(MEMBER.bytes())
            .put(PEER.bytes());
    if (ipv4) {
      frame
          .putShort((short) 0x0800)
          .putShort((short) 0x4500)
          .putShort((short) (IPV4_HEADER + L4))
          .putInt(0)
          .put((byte) TTL)
          .put((byte) protocol.number())
          .putShort((short) 0)
          .putInt(SOURCES4)
          .put(to.getAddress());
    } else {
      frame
          .putShort((short) 0x86dd)
          .putInt(6 << 28)
          .putShort((short) L4)
          .put((byte) protocol.number())
          .put((byte) TTL)
          .put(SOURCES6.getAddress())
          .put(to.getAddress());
    }
    frame.putShort((short) SOURCE_PORT).putShort((short) FIRST_PORT);
    if (protocol == Protocol.TCP) {
      frame.putInt(1).putInt(2).put((byte) (5 << 4)).put((byte) flags).putShort((short) 0xffff);
    } else {
      frame.putShort((short) L4);
    }
    return frame.array();
  }

  private static int bits(InetAddress ipv4) {
    return ByteBuffer.wrap(ipv4.getAddress()).getInt();
  }

  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not the length of an address", e);
    }
  }
}
