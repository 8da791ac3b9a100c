package dev.shunt.scheduler.xdp.model;

/** Numbers that the rules name: of the RFCs, of the label space, and bounds. */
final class Rules {

  static final int MPLS = 0x8847;
  static final int IPV4 = 0x0800;
  static final int IPV6 = 0x86dd;
  static final int ARP = 0x0806;
  static final int VLAN = 0x8100;
  static final int SERVICE_VLAN = 0x88a8;
  static final int ETHERNET_BYTES = 14;
  static final int TAG_BYTES = 4;
  static final int MOST_TAGS = 2;
  static final int SHIM_BYTES = 4;

  static final int ICMP = 1;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int ICMPV6 = 58;
  static final int HOP_BY_HOP = 0;
  static final int ROUTING = 43;
  static final int FRAGMENT = 44;
  static final int DESTINATION_OPTIONS = 60;
  static final int MOST_EXTENSIONS = 6;

  static final int IPV4_HEADER = 20;
  static final int IPV6_HEADER = 40;
  static final int TCP_HEADER = 20;
  static final int UDP_HEADER = 8;
  static final int ICMP_HEADER = 8;

  static final int ASK = 16;
  static final int FIRST_TARGET = 1024;
  static final int FIRST_SESSION = 8193;
  static final int LABELS = 1 << 20;

  static final long SECOND = 1_000_000_000L;
  static final long DATAGRAM_LIFE = 30 * SECOND;

  private Rules() {}

  /** A session's label from client to server: odd, and the even one above it is a label too. */
  static boolean isForth(int label) {
    return label >= FIRST_SESSION && label % 2 == 1 && label + 1 < LABELS;
  }

  /** The even one above a label from client to server. */
  static boolean isBack(int label) {
    return label > FIRST_SESSION && label % 2 == 0;
  }
}
