package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.model.Packet.Part;

/**
 * What a client is told whose session is refused: by TCP a reset (RFC 9293 section 3.10.7.1), by
 * UDP that the port is unreachable (RFC 1122 section 4.1.3.1, RFC 4443 section 3.1).
 */
final class RefusalAnswers {

  private static final int LONGEST4 = 576;
  private static final int LONGEST6 = 1280;
  private static final int ICMP_HEADER = 8;
  private static final int RST = 4;
  private static final int ACK = 16;

  private final ModelTables tables;
  private final WireFrame frame;
  private final IpWriter writer;

  RefusalAnswers(ModelTables tables, WireFrame frame) {
    this.tables = tables;
    this.frame = frame;
    writer = new IpWriter(tables, frame);
  }

  Outcome answer(Packet packet) {
    if (!IpWriter.isHost(packet)) {
      return Outcome.DROP_REFUSED;
    }
    if (packet.isTcp()) {
      return packet.part == Part.ALL ? reset(packet) : Outcome.DROP_REFUSED;
    }
    return tables.answers.take() ? unreachable(packet) : Outcome.DROP_REFUSED;
  }

  private Outcome reset(Packet packet) {
    int tcp = packet.behindIp;
    int sequence = frame.u32(tcp + 4);
    int acknowledged = frame.u32(tcp + 8);
    boolean isAck = (frame.u8(tcp + 13) & ACK) != 0;
    int data = packet.behindIpBytes - (frame.u8(tcp + 12) >>> 4) * 4;
    int at = writer.turnRound(packet, Rules.TCP, Rules.TCP_HEADER);
    writer.turnPorts(packet, at);
    if (isAck) {
      frame.put32(at + 4, acknowledged);
      frame.put8(at + 13, RST);
    } else {
      // The SYN counts as one.
      frame.put32(at + 8, sequence + data + 1);
      frame.put8(at + 13, RST | ACK);
    }
    frame.put8(at + 12, 5 << 4);
    writer.sumTcp(packet, at, Rules.TCP_HEADER);
    return Outcome.REFUSE_RESET;
  }

  private Outcome unreachable(Packet packet) {
    int ip = packet.link;
    int headers = (packet.ipv4 ? Rules.IPV4_HEADER : Rules.IPV6_HEADER) + ICMP_HEADER;
    int whole = packet.behindIp + packet.behindIpBytes - ip;
    int longest = Math.min(packet.ipv4 ? LONGEST4 : LONGEST6, tables.maxFrame - ip);
    int quote = Math.min(whole, longest - headers);
    frame.resize(ip + quote);
    frame.open(ip, headers);
    int at =
        writer.turnHeader(packet, packet.ipv4 ? Rules.ICMP : Rules.ICMPV6, ICMP_HEADER + quote);
    frame.put32(at, packet.ipv4 ? 0x0303_0000 : 0x0104_0000);
    frame.put32(at + 4, 0);
    int pseudo = packet.ipv4 ? 0 : frame.sum(ip + 8, 32, ICMP_HEADER + quote + Rules.ICMPV6);
    frame.put16(at + 2, ~frame.sum(at, ICMP_HEADER + quote, pseudo));
    return Outcome.REFUSE_UNREACHABLE;
  }
}
