package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.xdp.layout.Outcome;

/**
 * ARP (RFC 826, RFC 5227) and neighbour discovery (RFC 4861) about VIPs: only who holds the lease
 * answers, and the members' stacks hear nothing of it.
 */
final class AddressAnswers {

  private static final int ARP_BYTES = 28;
  private static final int REQUEST = 1;
  private static final int REPLY = 2;

  static final int SOLICITATION = 135;
  static final int ADVERTISEMENT = 136;
  private static final int MESSAGE = 24;
  private static final int OPTION = 8;
  private static final int MOST_OPTION_BYTES = 96;
  private static final int SOURCE_LINK = 1;
  private static final int TARGET_LINK = 2;
  private static final int SOLICITED = 0x4000_0000;
  private static final int OVERRIDE = 0x2000_0000;
  private static final long ALL_NODES_HIGH = 0xff02_0000_0000_0000L;
  private static final long ALL_NODES_LOW = 1;
  private static final long ALL_NODES_MAC = 0x3333_0000_0001L;

  private final ModelTables tables;
  private final WireFrame frame;

  AddressAnswers(ModelTables tables, WireFrame frame) {
    this.tables = tables;
    this.frame = frame;
  }

  Outcome arp(int at) {
    if (!frame.has(at, ARP_BYTES)) {
      return Outcome.DROP_ARP_TRUNCATED;
    }
    boolean ethernetAndIpv4 =
        frame.u16(at) == 1
            && frame.u16(at + 2) == Rules.IPV4
            && frame.u8(at + 4) == 6
            && frame.u8(at + 5) == 4;
    int operation = frame.u16(at + 6);
    int sender = frame.u32(at + 14);
    int target = frame.u32(at + 24);
    if (!ethernetAndIpv4 || (operation != REQUEST && operation != REPLY)) {
      return Outcome.PASS_ARP;
    }
    boolean announces = operation == REPLY || sender == target;
    if (!tables.isVip(0, IpReader.mapped(announces ? sender : target))) {
      return Outcome.PASS_ARP;
    }
    boolean holds = tables.holdsLease();
    if (announces) {
      return holds ? Outcome.DROP_ARP_CONFLICT : Outcome.DROP_ARP_ANNOUNCEMENT;
    }
    if (!holds) {
      return Outcome.DROP_ARP_NOT_HOLDER;
    }
    long asker = frame.mac(at + 8);
    frame.put16(at + 6, REPLY);
    frame.putMac(at + 8, tables.mac);
    frame.put32(at + 14, target);
    frame.putMac(at + 18, asker);
    frame.put32(at + 24, sender);
    frame.putMac(0, asker);
    frame.putMac(6, tables.mac);
    return Outcome.ARP_ANSWER;
  }

  /** Whether an IPv6 packet is a solicitation or an advertisement. */
  boolean isDiscovery(int ip) {
    if (!frame.has(ip, Rules.IPV6_HEADER + 1) || frame.u8(ip + 6) != Rules.ICMPV6) {
      return false;
    }
    int type = frame.u8(ip + Rules.IPV6_HEADER);
    return type == SOLICITATION || type == ADVERTISEMENT;
  }

  Outcome discovery(int ip) {
    int message = ip + Rules.IPV6_HEADER;
    if (!frame.has(message, MESSAGE)) {
      return Outcome.DROP_ND_INVALID;
    }
    if (!tables.isVip(frame.u64(message + 8), frame.u64(message + 16))) {
      return Outcome.PASS_ND;
    }
    boolean asks = frame.u8(message) == SOLICITATION;
    if (!isValid(ip, message, asks)) {
      return Outcome.DROP_ND_INVALID;
    }
    boolean holds = tables.holdsLease();
    if (!asks) {
      return holds ? Outcome.DROP_ND_CONFLICT : Outcome.DROP_ND_ANNOUNCEMENT;
    }
    if (!holds) {
      return Outcome.DROP_ND_NOT_HOLDER;
    }
    advertise(ip, message);
    return Outcome.ND_ANSWER;
  }

  /** RFC 4861 sections 7.1.1 and 7.1.2, and a bound for the options. */
  private boolean isValid(int ip, int message, boolean asks) {
    int length = frame.u16(ip + 4);
    if (frame.u8(ip) >>> 4 != 6
        || frame.u8(ip + 7) != 255
        || frame.u8(message + 1) != 0
        || length < MESSAGE
        || length > MESSAGE + MOST_OPTION_BYTES
        || !frame.has(message, length)
        || checksum(ip, length) != 0xffff) {
      return false;
    }
    boolean unspecified = (frame.u64(ip + 8) | frame.u64(ip + 16)) == 0;
    for (int at = MESSAGE; at < length; ) {
      if (at + OPTION > length) {
        return false;
      }
      int bytes = frame.u8(message + at + 1) * OPTION;
      boolean namesSource = frame.u8(message + at) == SOURCE_LINK;
      if (bytes == 0 || at + bytes > length || (asks && unspecified && namesSource)) {
        return false;
      }
      at += bytes;
    }
    if (asks) {
      return !unspecified || isSolicitedNode(ip, message);
    }
    boolean toGroup = frame.u8(ip + 24) == 0xff;
    return !toGroup || (frame.u32(message + 4) & SOLICITED) == 0;
  }

  private boolean isSolicitedNode(int ip, int message) {
    long low = 0x0000_0001_ff00_0000L | (frame.u64(message + 16) & 0xff_ffff);
    return frame.u64(ip + 24) == ALL_NODES_HIGH && frame.u64(ip + 32) == low;
  }

  /** Over pseudo header and message (RFC 8200 section 8.1). */
  private int checksum(int ip, int length) {
    int pseudo = frame.sum(ip + 8, 32, length + Rules.ICMPV6);
    return frame.sum(ip + Rules.IPV6_HEADER, length, pseudo);
  }

  private void advertise(int ip, int message) {
    boolean probe = (frame.u64(ip + 8) | frame.u64(ip + 16)) == 0;
    long high = frame.u64(message + 8);
    long low = frame.u64(message + 16);
    long askerHigh = probe ? ALL_NODES_HIGH : frame.u64(ip + 8);
    long askerLow = probe ? ALL_NODES_LOW : frame.u64(ip + 16);
    int length = MESSAGE + OPTION;
    frame.putMac(0, probe ? ALL_NODES_MAC : frame.mac(6));
    frame.putMac(6, tables.mac);
    frame.resize(message + length);
    frame.put32(ip, 6 << 28);
    frame.put16(ip + 4, length);
    frame.put8(ip + 6, Rules.ICMPV6);
    frame.put8(ip + 7, 255);
    frame.put64(ip + 8, high);
    frame.put64(ip + 16, low);
    frame.put64(ip + 24, askerHigh);
    frame.put64(ip + 32, askerLow);
    frame.put32(message, ADVERTISEMENT << 24);
    frame.put32(message + 4, probe ? OVERRIDE : OVERRIDE | SOLICITED);
    frame.put64(message + 8, high);
    frame.put64(message + 16, low);
    frame.put16(message + MESSAGE, (TARGET_LINK << 8) | 1);
    frame.putMac(message + MESSAGE + 2, tables.mac);
    frame.put16(message + 2, ~checksum(ip, length));
  }
}
