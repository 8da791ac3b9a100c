package dev.shunt.scheduler;

/** What stands around a labelled packet on its way to a target. */
public enum Encap {
  /** The label follows the Ethernet header (RFC 3032): one segment. */
  ETHERNET,
  /** The label is in UDP (RFC 7510), so that routers may be on the way. */
  UDP;

  /** The port that RFC 7510 section 7 gives it. */
  public static final int UDP_PORT = 6635;

  private static final int LABEL = 4;
  private static final int UDP_HEADER = 8;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;

  /**
   * Bytes that a packet has inside the array beside its own, at most.
   *
   * @param ipv6 whether the outer header of {@link #UDP} is one of IPv6
   */
  public int overhead(boolean ipv6) {
    return switch (this) {
      case ETHERNET -> LABEL;
      // The target's label, and the session's.
      case UDP -> (ipv6 ? IPV6_HEADER : IPV4_HEADER) + UDP_HEADER + 2 * LABEL;
    };
  }
}
