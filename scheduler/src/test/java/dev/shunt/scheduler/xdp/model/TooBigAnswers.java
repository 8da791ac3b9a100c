package dev.shunt.scheduler.xdp.model;

import dev.shunt.scheduler.xdp.layout.Outcome;

/**
 * What is said to the sender of a packet that is too long with its label (RFC 1191, RFC 8201):
 * which MTU leaves room for label and VLAN tags.
 */
final class TooBigAnswers {

  private static final int ANSWER4 = 576;
  private static final int ANSWER6 = 1280;
  private static final int TTL = 64;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final long BURST = 50;
  private static final long EVERY = 1_000_000;

  private final ModelTables tables;
  private final WireFrame frame;

  TooBigAnswers(ModelTables tables, WireFrame frame) {
    this.tables = tables;
    this.frame = frame;
  }

  Outcome answer(Packet packet) {
    int ip = packet.link;
    int mtu = tables.maxFrame - Rules.SHIM_BYTES - ip;
    if (packet.ipv4) {
      int field = frame.u16(ip + 6);
      if ((field & DONT_FRAGMENT) == 0
          || (field & 0x1fff) != 0
          || frame.u16(ip + 2) <= mtu
          || mtu < ANSWER4
          || !isHost4(frame.u32(ip + 12))
          || !mayAnswer()) {
        return Outcome.DROP_TOO_BIG;
      }
      answer4(ip, mtu);
    } else {
      if (Rules.IPV6_HEADER + frame.u16(ip + 4) <= mtu
          || mtu < ANSWER6
          || !isHost6(frame.u64(ip + 8), frame.u64(ip + 16))
          || !mayAnswer()) {
        return Outcome.DROP_TOO_BIG;
      }
      answer6(ip, mtu);
    }
    return Outcome.TOO_BIG_ANSWER;
  }

  /** RFC 1122 section 3.2.2: neither "this network", loopback, a group nor reserved. */
  private static boolean isHost4(int address) {
    int first = address >>> 24;
    return first != 0 && first != 127 && first < 224;
  }

  private static boolean isHost6(long high, long low) {
    return (high | low) != 0 && high >>> 56 != 0xff;
  }

  /** A thousand a second, fifty at once, as Linux does. */
  private boolean mayAnswer() {
    long now = tables.now.coarse();
    long due = (now - tables.answersSince) / EVERY;
    if (due >= BURST - tables.answersLeft) {
      tables.answersLeft = BURST;
      tables.answersSince = now;
    } else {
      tables.answersLeft += due;
      tables.answersSince += due * EVERY;
    }
    if (tables.answersLeft == 0) {
      return false;
    }
    tables.answersLeft--;
    return true;
  }

  /** Back to where the frame came from, the beginning of the packet behind the new headers. */
  private void open(int ip, int headers, int length) {
    frame.resize(ip + length - headers);
    frame.open(ip, headers);
    frame.putMac(0, frame.mac(6));
    frame.putMac(6, tables.mac);
    for (int at = 0; at < headers; at += 4) {
      frame.put32(ip + at, 0);
    }
  }

  private void answer4(int ip, int mtu) {
    int source = frame.u32(ip + 16);
    int destination = frame.u32(ip + 12);
    open(ip, Rules.IPV4_HEADER + Rules.ICMP_HEADER, ANSWER4);
    frame.put16(ip, 0x4500);
    frame.put16(ip + 2, ANSWER4);
    frame.put8(ip + 8, TTL);
    frame.put8(ip + 9, Rules.ICMP);
    frame.put32(ip + 12, source);
    frame.put32(ip + 16, destination);
    frame.put16(ip + 10, ~frame.sum(ip, Rules.IPV4_HEADER, 0));
    int icmp = ip + Rules.IPV4_HEADER;
    frame.put16(icmp, 0x0304);
    frame.put16(icmp + 6, mtu);
    frame.put16(icmp + 2, ~frame.sum(icmp, ANSWER4 - Rules.IPV4_HEADER, 0));
  }

  private void answer6(int ip, int mtu) {
    long[] addresses = {
      frame.u64(ip + 24), frame.u64(ip + 32), frame.u64(ip + 8), frame.u64(ip + 16)
    };
    open(ip, Rules.IPV6_HEADER + Rules.ICMP_HEADER, ANSWER6);
    int length = ANSWER6 - Rules.IPV6_HEADER;
    frame.put8(ip, 0x60);
    frame.put16(ip + 4, length);
    frame.put8(ip + 6, Rules.ICMPV6);
    frame.put8(ip + 7, TTL);
    for (int i = 0; i < addresses.length; i++) {
      frame.put64(ip + 8 + 8 * i, addresses[i]);
    }
    int icmp = ip + Rules.IPV6_HEADER;
    frame.put8(icmp, 2);
    frame.put32(icmp + 4, mtu);
    int pseudo = frame.sum(ip + 8, 32, length + Rules.ICMPV6);
    frame.put16(icmp + 2, ~frame.sum(icmp, length, pseudo));
  }
}
