package dev.shunt.scheduler.xdp;

import static dev.shunt.scheduler.xdp.Checksums.slice;

import dev.shunt.scheduler.MacAddress;
import java.nio.ByteBuffer;

/**
 * MPLS in UDP around frames, built byte by byte as RFC 7510 has it and independently of the program
 * under test. From this machine to B's tunnel if nothing else is said.
 */
final class Outer {

  static final int PORT = 6635;

  private static final int UDP_HEADER = 8;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;

  final boolean ipv6;
  private MacAddress to = World.MAC_B;
  private MacAddress from = World.MINE;
  private int source = World.A;
  private int destination = World.B;
  private String foreign = "";
  private int port = PORT;
  private int fragment = 0x4000;
  private int optionBytes;
  private int tos;
  private int lengthError;
  private int udpLengthError;
  private int checksumError;
  private int ipChecksumError;
  private boolean checksum;
  private boolean none;

  private Outer(boolean ipv6) {
    this.ipv6 = ipv6;
    this.checksum = ipv6;
  }

  static Outer over(boolean ipv6) {
    return new Outer(ipv6);
  }

  /** To this machine from B, as the router on the link passes it on. */
  Outer arriving() {
    to = World.MINE;
    from = World.ROUTER;
    source = World.B;
    destination = World.A;
    return this;
  }

  Outer to(int target, MacAddress nextHop) {
    to = nextHop;
    destination = target;
    return this;
  }

  /** From an address that is no member's. */
  Outer foreign() {
    foreign = ipv6 ? "2001:db8:bad::1" : "198.51.100.66";
    return this;
  }

  Outer destination(int target) {
    destination = target;
    return this;
  }

  Outer port(int number) {
    port = number;
    return this;
  }

  /** The field of flags and offset of IPv4. */
  Outer fragment(int field) {
    fragment = field;
    return this;
  }

  Outer options(int bytes) {
    optionBytes = bytes;
    return this;
  }

  Outer tos(int value) {
    tos = value;
    return this;
  }

  Outer lengthError(int bytes) {
    lengthError = bytes;
    return this;
  }

  Outer udpLengthError(int bytes) {
    udpLengthError = bytes;
    return this;
  }

  /** A real UDP checksum, or one that is wrong by so much. */
  Outer checksum(int error) {
    checksum = true;
    checksumError = error;
    return this;
  }

  Outer withoutChecksum() {
    none = true;
    return this;
  }

  Outer ipChecksumError(int error) {
    ipChecksumError = error;
    return this;
  }

  static int entry(int label, int ttl, boolean bottom) {
    return (label << 12) | (bottom ? 0x100 : 0) | ttl;
  }

  /**
   * @param frame with none, one or two VLAN tags, which stay outside
   * @param labels the stack, top first
   */
  byte[] around(byte[] frame, int... labels) {
    int link = link(frame);
    byte[] packet = slice(frame, link, frame.length - link);
    byte[] udp = udp(packet, labels);
    byte[] ip = ipv6 ? ipv6(packet, udp) : ipv4(udp);
    byte[] header = slice(frame, 0, link);
    return ByteBuffer.allocate(link + ip.length)
        .put(header)
        .putShort(link - 2, (short) (ipv6 ? 0x86dd : 0x0800))
        .put(0, to.bytes())
        .put(6, from.bytes())
        .put(link, ip)
        .array();
  }

  /** The frame with the right checksum in its TCP or UDP header. */
  static byte[] valid(byte[] frame) {
    int link = link(frame);
    return ByteBuffer.wrap(frame.clone())
        .put(link, Checksums.filledIn(slice(frame, link, frame.length - link)))
        .array();
  }

  static int link(byte[] frame) {
    int type = Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(12));
    if (type != Tags.CUSTOMER && type != Tags.SERVICE) {
      return 14;
    }
    return Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(16)) == Tags.CUSTOMER ? 22 : 18;
  }

  private byte[] udp(byte[] packet, int... labels) {
    ByteBuffer udp = ByteBuffer.allocate(UDP_HEADER + 4 * labels.length + packet.length);
    udp.putShort((short) (49_152 + (Entropy.of(packet) >>> 18)))
        .putShort((short) port)
        .putShort((short) (udp.capacity() + udpLengthError))
        .putShort((short) 0);
    for (int label : labels) {
      udp.putInt(label);
    }
    udp.put(packet);
    if (checksum && !none) {
      int sum =
          Checksums.complement(
              Checksums.withPseudoHeader(
                  sourceAddress(), address(destination), Frame.UDP, udp.array()));
      udp.putShort(6, (short) ((sum == 0 ? 0xffff : sum) + checksumError));
    }
    return udp.array();
  }

  private byte[] ipv4(byte[] udp) {
    int header = IPV4_HEADER + optionBytes;
    ByteBuffer ip = ByteBuffer.allocate(header + udp.length);
    ip.put((byte) (0x40 | (header / 4)))
        .put((byte) tos)
        .putShort((short) (header + udp.length + lengthError))
        .putShort((short) 0)
        .putShort((short) fragment)
        .put((byte) 64)
        .put((byte) Frame.UDP)
        .putShort((short) 0)
        .put(sourceAddress())
        .put(address(destination));
    for (int i = 0; i < optionBytes; i++) {
      ip.put((byte) 1);
    }
    int sum = Checksums.complement(slice(ip.array(), 0, header));
    ip.putShort(10, (short) (sum + ipChecksumError));
    return ip.put(udp).array();
  }

  private byte[] ipv6(byte[] packet, byte[] udp) {
    return ByteBuffer.allocate(IPV6_HEADER + udp.length)
        .putInt((6 << 28) | (tos << 20) | (Entropy.of(packet) & 0xfffff))
        .putShort((short) (udp.length + lengthError))
        .put((byte) Frame.UDP)
        .put((byte) 64)
        .put(sourceAddress())
        .put(address(destination))
        .put(udp)
        .array();
  }

  private byte[] sourceAddress() {
    return foreign.isEmpty() ? address(source) : Frame.address(foreign);
  }

  private byte[] address(int target) {
    return Frame.address(World.dataAddress(target, ipv6));
  }
}
