package dev.shunt.scheduler.xdp;

import java.nio.ByteBuffer;

/** The hash of a packet that spreads flows over paths: the program's own, once more. */
final class Entropy {

  private static final int FRAGMENT = 0x3fff;
  private static final int SHORTEST = 24;

  private Entropy() {}

  static int of(byte[] packet) {
    if (packet.length < SHORTEST) {
      return 0;
    }
    ByteBuffer ip = ByteBuffer.wrap(packet);
    if (packet[0] >> 4 == 4) {
      int header = 4 * (packet[0] & 0xf);
      int ports = (ip.getShort(6) & FRAGMENT) == 0 ? ports(ip, header, packet[9]) : 0;
      return mix(
          Integer.toUnsignedLong(ip.getInt(12)),
          Integer.toUnsignedLong(ip.getInt(16)),
          ports,
          packet[9]);
    }
    return mix(folded(ip, 8), folded(ip, 24), ports(ip, 40, packet[6]), packet[6]);
  }

  private static int ports(ByteBuffer ip, int at, int protocol) {
    return protocol == Frame.TCP || protocol == Frame.UDP ? ip.getInt(at) : 0;
  }

  private static long folded(ByteBuffer ip, int at) {
    int sum = ip.getInt(at) + ip.getInt(at + 4) + ip.getInt(at + 8) + ip.getInt(at + 12);
    return ((long) sum << 32) | Integer.toUnsignedLong(ip.getInt(at + 12));
  }

  private static int mix(long source, long destination, int ports, int protocol) {
    long mark = source * 0x9e3779b97f4a7c15L;
    mark = (mark ^ (mark >>> 32) ^ destination) * 0xd6e8feb86659fd93L;
    long rest = ((long) (protocol & 0xff) << 32) | Integer.toUnsignedLong(ports);
    mark = (mark ^ (mark >>> 32) ^ rest) * 0xd6e8feb86659fd93L;
    return (int) (mark >>> 32);
  }
}
