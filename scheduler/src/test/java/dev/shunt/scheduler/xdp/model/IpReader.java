package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.model.Packet.Part;
import org.jspecify.annotations.Nullable;

/** Reads IP packets to a VIP: RFC 791, RFC 8200, RFC 9293, RFC 768. */
final class IpReader {

  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int OFFSET = 0x1fff;
  private static final int FIN = 1;
  private static final int SYN = 2;
  private static final int RST = 4;
  private static final int ACK = 16;

  private final WireFrame frame;
  private final Packet packet;

  IpReader(WireFrame frame, Packet packet) {
    this.frame = frame;
    this.packet = packet;
  }

  /** The addresses, of a header that is there. */
  void readAddresses() {
    int ip = packet.link;
    if (packet.ipv4) {
      packet.sourceHigh = 0;
      packet.sourceLow = mapped(frame.u32(ip + 12));
      packet.destinationHigh = 0;
      packet.destinationLow = mapped(frame.u32(ip + 16));
    } else {
      packet.sourceHigh = frame.u64(ip + 8);
      packet.sourceLow = frame.u64(ip + 16);
      packet.destinationHigh = frame.u64(ip + 24);
      packet.destinationLow = frame.u64(ip + 32);
    }
  }

  static long mapped(int address) {
    return 0xffff_0000_0000L | (address & 0xffffffffL);
  }

  /** Why it cannot be balanced; null if it can. */
  @Nullable Outcome read() {
    return packet.ipv4 ? readIpv4() : readIpv6();
  }

  private @Nullable Outcome readIpv4() {
    int ip = packet.link;
    int header = (frame.u8(ip) & 15) * 4;
    int total = frame.u16(ip + 2);
    packet.ttl = frame.u8(ip + 8);
    packet.protocol = frame.u8(ip + 9);
    if (frame.u8(ip) >>> 4 != 4
        || header < Rules.IPV4_HEADER
        || total < header
        || !frame.has(ip, total)) {
      return Outcome.DROP_IP_HEADER;
    }
    if (packet.ttl == 0) {
      return Outcome.DROP_IP_TTL;
    }
    int field = frame.u16(ip + 6);
    if (isPart((field & OFFSET) * 8, (field & MORE_FRAGMENTS) != 0, frame.u16(ip + 4))) {
      return Outcome.DROP_FRAGMENT_LATER;
    }
    return readBehind(ip + header, total - header, Rules.ICMP);
  }

  /** Takes down what part of a datagram it is; whether it is a later one, without ports. */
  private boolean isPart(int offset, boolean more, int datagram) {
    if (offset == 0 && !more) {
      return false;
    }
    packet.offset = offset;
    packet.datagram = datagram;
    packet.part = offset == 0 ? Part.FIRST : Part.LATER;
    return offset != 0;
  }

  private @Nullable Outcome readIpv6() {
    int ip = packet.link;
    int rest = frame.u16(ip + 4);
    int next = frame.u8(ip + 6);
    packet.ttl = frame.u8(ip + 7);
    if (frame.u8(ip) >>> 4 != 6 || !frame.has(ip + Rules.IPV6_HEADER, rest)) {
      return Outcome.DROP_IP_HEADER;
    }
    if (packet.ttl == 0) {
      return Outcome.DROP_IP_TTL;
    }
    int at = ip + Rules.IPV6_HEADER;
    for (int i = 0; isExtension(next); i++) {
      int bytes = extensionBytes(frame, next, at, rest);
      if (i == Rules.MOST_EXTENSIONS || bytes == 0) {
        return Outcome.DROP_EXTENSION;
      }
      Outcome refused = readExtension(next, at, i == 0);
      if (refused != null) {
        return refused;
      }
      // What a first fragment has behind its fragment header belongs to the datagram.
      if (packet.part == Part.FIRST && next != Rules.FRAGMENT) {
        packet.headers += bytes;
      }
      next = frame.u8(at);
      at += bytes;
      rest -= bytes;
    }
    packet.protocol = next;
    return readBehind(at, rest, Rules.ICMPV6);
  }

  private @Nullable Outcome readExtension(int kind, int at, boolean first) {
    if (kind == Rules.HOP_BY_HOP && !first) {
      return Outcome.DROP_EXTENSION;
    }
    if (kind == Rules.ROUTING && frame.u8(at + 3) != 0) {
      return Outcome.DROP_ROUTING_HEADER;
    }
    if (kind == Rules.FRAGMENT) {
      if (packet.part != Part.ALL) {
        return Outcome.DROP_EXTENSION;
      }
      int field = frame.u16(at + 2);
      if (isPart(field & 0xfff8, (field & 1) != 0, frame.u32(at + 4))) {
        return Outcome.DROP_FRAGMENT_LATER;
      }
    }
    return null;
  }

  static boolean isExtension(int next) {
    return next == Rules.HOP_BY_HOP
        || next == Rules.ROUTING
        || next == Rules.FRAGMENT
        || next == Rules.DESTINATION_OPTIONS;
  }

  /** Length of an extension header; 0 if it is not all there. */
  static int extensionBytes(WireFrame frame, int kind, int at, int rest) {
    if (rest < 8 || !frame.has(at, 8)) {
      return 0;
    }
    int bytes = kind == Rules.FRAGMENT ? 8 : (frame.u8(at + 1) + 1) * 8;
    return bytes > rest ? 0 : bytes;
  }

  /**
   * @param icmp the protocol that is ICMP in this version of IP
   */
  private @Nullable Outcome readBehind(int at, int length, int icmp) {
    if (packet.protocol == Rules.TCP) {
      return readTcp(at, length);
    }
    if (packet.protocol == Rules.UDP) {
      return readUdp(at, length);
    }
    return packet.protocol == icmp ? Outcome.PASS_VIP_ICMP : Outcome.PASS_VIP_PROTOCOL;
  }

  private @Nullable Outcome readTcp(int at, int length) {
    if (length < Rules.TCP_HEADER) {
      return Outcome.DROP_L4_TRUNCATED;
    }
    int header = (frame.u8(at + 12) >>> 4) * 4;
    if (header < Rules.TCP_HEADER || header > length) {
      return Outcome.DROP_TCP_HEADER;
    }
    int flags = frame.u8(at + 13);
    packet.opens = (flags & (SYN | ACK | RST | FIN)) == SYN;
    packet.closes = (flags & (FIN | RST)) != 0;
    packet.resets = (flags & RST) != 0;
    packet.continues = (flags & (SYN | ACK | RST | FIN)) == ACK;
    packet.headers += header;
    readPorts(at);
    return null;
  }

  private @Nullable Outcome readUdp(int at, int length) {
    if (length < Rules.UDP_HEADER) {
      return Outcome.DROP_L4_TRUNCATED;
    }
    packet.opens = true;
    packet.headers += Rules.UDP_HEADER;
    readPorts(at);
    return null;
  }

  private void readPorts(int at) {
    packet.sourcePort = frame.u16(at);
    packet.destinationPort = frame.u16(at + 2);
    packet.setFlow();
  }
}
