package dev.shunt.scheduler.xdp.model;

/** Makes an answer out of a packet: from the VIP, back to where the frame came from. */
final class IpWriter {

  private static final int TTL = 64;
  private static final int DONT_FRAGMENT = 0x4000;

  private final ModelTables tables;
  private final WireFrame frame;

  IpWriter(ModelTables tables, WireFrame frame) {
    this.tables = tables;
    this.frame = frame;
  }

  /** RFC 1122 section 3.2.2: neither "this network", loopback, a group nor reserved. */
  static boolean isHost4(int address) {
    int first = address >>> 24;
    return first != 0 && first != 127 && first < 224;
  }

  static boolean isHost6(long high, long low) {
    return (high | low) != 0 && high >>> 56 != 0xff;
  }

  /** Whether a packet's source is one machine's address. */
  static boolean isHost(Packet packet) {
    return packet.ipv4
        ? isHost4((int) packet.sourceLow)
        : isHost6(packet.sourceHigh, packet.sourceLow);
  }

  /** A frame with nothing but the answer's headers, those behind IP all zeros; where they begin. */
  int turnRound(Packet packet, int protocol, int bytes) {
    int headers = packet.ipv4 ? Rules.IPV4_HEADER : Rules.IPV6_HEADER;
    frame.resize(packet.link + headers + bytes);
    int at = turnHeader(packet, protocol, bytes);
    for (int i = 0; i < bytes; i += 4) {
      frame.put32(at + i, 0);
    }
    if (packet.ipv4) {
      frame.put16(packet.link + 6, DONT_FRAGMENT);
      sumHeader(packet.link);
    }
    return at;
  }

  /** Link and IP header, before so many bytes; where those begin. */
  int turnHeader(Packet packet, int protocol, int bytes) {
    int ip = packet.link;
    frame.putMac(0, frame.mac(6));
    frame.putMac(6, tables.mac);
    if (packet.ipv4) {
      frame.put32(ip, 0x4500_0000 | (Rules.IPV4_HEADER + bytes));
      frame.put32(ip + 4, 0);
      frame.put16(ip + 8, (TTL << 8) | protocol);
      frame.put32(ip + 12, (int) packet.destinationLow);
      frame.put32(ip + 16, (int) packet.sourceLow);
      sumHeader(ip);
      return ip + Rules.IPV4_HEADER;
    }
    frame.put32(ip, 6 << 28);
    frame.put16(ip + 4, bytes);
    frame.put16(ip + 6, (protocol << 8) | TTL);
    frame.put64(ip + 8, packet.destinationHigh);
    frame.put64(ip + 16, packet.destinationLow);
    frame.put64(ip + 24, packet.sourceHigh);
    frame.put64(ip + 32, packet.sourceLow);
    return ip + Rules.IPV6_HEADER;
  }

  private void sumHeader(int ip) {
    frame.put16(ip + 10, 0);
    frame.put16(ip + 10, ~frame.sum(ip, Rules.IPV4_HEADER, 0));
  }

  void turnPorts(Packet packet, int at) {
    frame.put16(at, packet.destinationPort);
    frame.put16(at + 2, packet.sourcePort);
  }

  /** The checksum of a segment behind a header that is complete. */
  void sumTcp(Packet packet, int at, int bytes) {
    int ip = packet.link;
    int pseudo =
        packet.ipv4
            ? frame.sum(ip + 12, 8, bytes + Rules.TCP)
            : frame.sum(ip + 8, 32, bytes + Rules.TCP);
    frame.put16(at + 16, 0);
    frame.put16(at + 16, ~frame.sum(at, bytes, pseudo));
  }
}
