package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.xdp.layout.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * ICMP errors to a VIP (RFC 792, RFC 4443): which flow they are about. They quote a packet that the
 * VIP sent, so the flow is the quoted one turned round.
 */
final class ErrorReader {

  private static final int QUOTED = 8;

  private final WireFrame frame;
  private final Packet packet;

  ErrorReader(WireFrame frame, Packet packet) {
    this.frame = frame;
    this.packet = packet;
  }

  /** Puts the flow into the packet; what becomes of it if there is none, else null. */
  @Nullable Outcome read() {
    return packet.ipv4 ? readIpv4() : readIpv6();
  }

  private @Nullable Outcome readIpv4() {
    int ip = packet.link;
    int header = (frame.u8(ip) & 15) * 4;
    int length = frame.u16(ip + 2) - header;
    int error = ip + header;
    if (length < Rules.ICMP_HEADER) {
      return Outcome.PASS_VIP_ICMP;
    }
    int type = frame.u8(error);
    // Destination unreachable, time exceeded, parameter problem.
    if (type != 3 && type != 11 && type != 12) {
      return Outcome.PASS_VIP_ICMP;
    }
    int quoted = error + Rules.ICMP_HEADER;
    length -= Rules.ICMP_HEADER;
    if (length < Rules.IPV4_HEADER) {
      return Outcome.DROP_ICMP_ERROR;
    }
    int quotedHeader = (frame.u8(quoted) & 15) * 4;
    if (frame.u8(quoted) >>> 4 != 4
        || quotedHeader < Rules.IPV4_HEADER
        || length < quotedHeader + QUOTED
        || frame.u32(quoted + 12) != frame.u32(ip + 16)
        || (frame.u16(quoted + 6) & 0x1fff) != 0) {
      return Outcome.DROP_ICMP_ERROR;
    }
    packet.sourceLow = IpReader.mapped(frame.u32(quoted + 16));
    return readPorts(frame.u8(quoted + 9), quoted + quotedHeader);
  }

  private @Nullable Outcome readIpv6() {
    int ip = packet.link;
    int error = ip + Rules.IPV6_HEADER;
    int length = frame.u16(ip + 4);
    // Behind extension headers of its own it is the stack's.
    if (frame.u8(ip + 6) != Rules.ICMPV6 || length < Rules.ICMP_HEADER) {
      return Outcome.PASS_VIP_ICMP;
    }
    int type = frame.u8(error);
    // Destination unreachable, packet too big, time exceeded, parameter problem.
    if (type < 1 || type > 4) {
      return Outcome.PASS_VIP_ICMP;
    }
    int quoted = error + Rules.ICMP_HEADER;
    length -= Rules.ICMP_HEADER;
    if (length < Rules.IPV6_HEADER
        || frame.u8(quoted) >>> 4 != 6
        || frame.u64(quoted + 8) != frame.u64(ip + 24)
        || frame.u64(quoted + 16) != frame.u64(ip + 32)) {
      return Outcome.DROP_ICMP_ERROR;
    }
    packet.sourceHigh = frame.u64(quoted + 24);
    packet.sourceLow = frame.u64(quoted + 32);
    length -= Rules.IPV6_HEADER;
    int next = frame.u8(quoted + 6);
    int at = quoted + Rules.IPV6_HEADER;
    for (int i = 0; IpReader.isExtension(next); i++) {
      int bytes = IpReader.extensionBytes(frame, next, at, length);
      boolean later = next == Rules.FRAGMENT && bytes > 0 && (frame.u16(at + 2) & 0xfff8) != 0;
      if (i == Rules.MOST_EXTENSIONS || bytes == 0 || later) {
        return Outcome.DROP_ICMP_ERROR;
      }
      next = frame.u8(at);
      at += bytes;
      length -= bytes;
    }
    if ((next == Rules.TCP || next == Rules.UDP) && length < QUOTED) {
      return Outcome.DROP_ICMP_ERROR;
    }
    return readPorts(next, at);
  }

  private @Nullable Outcome readPorts(int protocol, int at) {
    if (protocol != Rules.TCP && protocol != Rules.UDP) {
      return Outcome.PASS_VIP_ICMP;
    }
    packet.protocol = protocol;
    packet.sourcePort = frame.u16(at + 2);
    packet.destinationPort = frame.u16(at);
    packet.setFlow();
    return null;
  }
}
