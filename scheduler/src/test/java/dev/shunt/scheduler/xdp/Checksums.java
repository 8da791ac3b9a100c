package dev.shunt.scheduler.xdp;

import java.nio.ByteBuffer;

/** One's complement sums (RFC 1071), by reading every byte. */
final class Checksums {

  private static final int TCP_CHECKSUM = 16;
  private static final int UDP_CHECKSUM = 6;

  private Checksums() {}

  /** Of 16-bit words, the last one filled up with zero. */
  static int sum(byte[] bytes) {
    int sum = 0;
    for (int at = 0; at < bytes.length; at++) {
      sum += (bytes[at] & 0xff) << (at % 2 == 0 ? 8 : 0);
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }

  /** What makes the sum of it all right where the checksum's place is zero. */
  static int complement(byte[] bytes) {
    return ~sum(bytes) & 0xffff;
  }

  /** The pseudo header that TCP and UDP checksums cover, and the segment. */
  static byte[] withPseudoHeader(byte[] source, byte[] destination, int protocol, byte[] segment) {
    return ByteBuffer.allocate(2 * source.length + 8 + segment.length)
        .put(source)
        .put(destination)
        .putInt(segment.length)
        .putInt(protocol)
        .put(segment)
        .array();
  }

  /** The packet with the right checksum in its TCP or UDP header, which follows its IP header. */
  static byte[] filledIn(byte[] packet) {
    boolean ipv4 = (packet[0] & 0xf0) == 0x40;
    int header = ipv4 ? 4 * (packet[0] & 0xf) : 40;
    int addresses = ipv4 ? 12 : 8;
    int width = ipv4 ? 4 : 16;
    int protocol = packet[ipv4 ? 9 : 6];
    ByteBuffer bytes = ByteBuffer.wrap(packet.clone());
    byte[] source = slice(packet, addresses, width);
    byte[] destination = slice(packet, addresses + width, width);
    byte[] segment = slice(packet, header, packet.length - header);
    int place = protocol == Frame.TCP ? TCP_CHECKSUM : UDP_CHECKSUM;
    segment[place] = 0;
    segment[place + 1] = 0;
    int checksum = complement(withPseudoHeader(source, destination, protocol, segment));
    return bytes.putShort(header + place, (short) (checksum == 0 ? 0xffff : checksum)).array();
  }

  static byte[] slice(byte[] bytes, int from, int length) {
    return ByteBuffer.allocate(length).put(bytes, from, length).array();
  }
}
