package dev.shunt.scheduler.xdp.layout;

import java.util.Locale;

/**
 * Where a packet ended, {@code enum outcome}: each packet has exactly one, and the verdict follows
 * from it.
 */
public enum Outcome {
  /** Not ARP, IPv4, IPv6 or MPLS. */
  PASS_ETHERTYPE(Verdict.PASS),
  /** Flooded to us, meant for another machine. */
  PASS_OTHER_MAC(Verdict.PASS),
  /** ARP, not about a VIP. */
  PASS_ARP(Verdict.PASS),
  /** Neighbour discovery, not about a VIP. */
  PASS_ND(Verdict.PASS),
  /** IP, not to a VIP. */
  PASS_NOT_VIP(Verdict.PASS),
  /** To a VIP but no service of it: the stack answers RST or ICMP. */
  PASS_VIP_PORT(Verdict.PASS),
  /** ICMP to a VIP that is no error about a flow of a service: the stack answers. */
  PASS_VIP_ICMP(Verdict.PASS),
  /** To a VIP, neither TCP, UDP nor ICMP. */
  PASS_VIP_PROTOCOL(Verdict.PASS),
  /** To everyone's VIP: another member's by the formula, but of a connection of this machine's. */
  PASS_OWN_CONNECTION(Verdict.PASS),
  /** This machine's label, taken off. */
  LABEL_POP(Verdict.PASS),
  /** The label of a session that the scheduler gave this machine, taken off and remembered. */
  LABEL_LEARN(Verdict.PASS),
  /** To this machine's node: a session of the table. */
  LOCAL_SESSION(Verdict.PASS),
  /** To this machine's node: opened a session, or of TCP an embryo of one. */
  LOCAL_NEW(Verdict.PASS),
  /** To this machine's node: opened again, the old target takes no more. */
  LOCAL_MOVED(Verdict.PASS),
  /** To this machine's node by the row: mid-flow without a session, or its target is gone. */
  LOCAL_STATELESS(Verdict.PASS),
  /** To this machine's node by the row: the session table is full. */
  LOCAL_TABLE_FULL(Verdict.PASS),
  /** To this machine's node: the SYN again, or RST after it. */
  LOCAL_OPENING(Verdict.PASS),
  /** To this machine's node: the packet after the SYN, which made it a session. */
  LOCAL_ESTABLISHED(Verdict.PASS),
  /** To this machine's node by the formula of a service that keeps no sessions. */
  LOCAL_SUM(Verdict.PASS),
  /** To this machine's node: an ICMP error about a flow of its. */
  LOCAL_ERROR(Verdict.PASS),
  /** To this machine's node: a later fragment, after the first one. */
  LOCAL_FRAGMENT(Verdict.PASS),
  /** To this machine's node: the ACK to a SYN cookie, which made it a session. */
  LOCAL_COOKIE(Verdict.PASS),
  /** Labelled to another machine: a session of the table. */
  FORWARD_SESSION(Verdict.TX),
  /** Labelled to another machine: opened a session, or of TCP an embryo of one. */
  FORWARD_NEW(Verdict.TX),
  /** Labelled to another machine: opened again, the old target takes no more. */
  FORWARD_MOVED(Verdict.TX),
  /** Labelled to another machine by the row: mid-flow without a session, or its target is gone. */
  FORWARD_STATELESS(Verdict.TX),
  /** Labelled to another machine by the row: the session table is full. */
  FORWARD_TABLE_FULL(Verdict.TX),
  /** Labelled to another machine: the SYN again, or RST after it. */
  FORWARD_OPENING(Verdict.TX),
  /** Labelled to another machine: the packet after the SYN, which made it a session. */
  FORWARD_ESTABLISHED(Verdict.TX),
  /** Labelled to another machine by the formula of a service that keeps no sessions. */
  FORWARD_SUM(Verdict.TX),
  /** Labelled to another machine: an ICMP error about a flow of its. */
  FORWARD_ERROR(Verdict.TX),
  /** Labelled to another machine: a later fragment, after the first one. */
  FORWARD_FRAGMENT(Verdict.TX),
  /** Labelled to another machine: the ACK to a SYN cookie, which made it a session. */
  FORWARD_COOKIE(Verdict.TX),
  /** Another machine's label, sent on by the label alone. */
  LABEL_SWITCH(Verdict.TX),
  /** To a client that knows no labels: the label taken off, sent on by the label alone. */
  LABEL_OUT(Verdict.TX),
  /** A request for a VIP, answered under the lease. */
  ARP_ANSWER(Verdict.TX),
  /** A neighbour solicitation for a VIP, answered under the lease. */
  ND_ANSWER(Verdict.TX),
  /** With its label longer than the wire takes: its sender was told what fits. */
  TOO_BIG_ANSWER(Verdict.TX),
  /** A new TCP session that its service does not admit: the client was sent a reset. */
  REFUSE_RESET(Verdict.TX),
  /** A new UDP session that its service does not admit: the client was told so by ICMP. */
  REFUSE_UNREACHABLE(Verdict.TX),
  /** A SYN in a flood: answered by a SYN-ACK with a cookie, and remembered nowhere. */
  SYN_COOKIE(Verdict.TX),
  /** A request for a VIP without the lease. */
  DROP_ARP_NOT_HOLDER(Verdict.DROP),
  /** Another machine claims a VIP that this one holds. */
  DROP_ARP_CONFLICT(Verdict.DROP),
  /** The holder announces a VIP. */
  DROP_ARP_ANNOUNCEMENT(Verdict.DROP),
  /** ARP cut short. */
  DROP_ARP_TRUNCATED(Verdict.DROP),
  /** A neighbour solicitation for a VIP without the lease. */
  DROP_ND_NOT_HOLDER(Verdict.DROP),
  /** Another machine advertises a VIP that this one holds. */
  DROP_ND_CONFLICT(Verdict.DROP),
  /** The holder advertises a VIP. */
  DROP_ND_ANNOUNCEMENT(Verdict.DROP),
  /** Neighbour discovery about a VIP that fails what RFC 4861 section 7.1 demands. */
  DROP_ND_INVALID(Verdict.DROP),
  /** MPLS cut short. */
  DROP_LABEL_TRUNCATED(Verdict.DROP),
  /** A label that is not in the label switching table. */
  DROP_LABEL_UNKNOWN(Verdict.DROP),
  /** The label's TTL is used up. */
  DROP_LABEL_TTL(Verdict.DROP),
  /** More labels below the top one. */
  DROP_LABEL_STACK(Verdict.DROP),
  /** A label that no table knows, and neither IPv4 nor IPv6 behind it. */
  DROP_LABEL_PAYLOAD(Verdict.DROP),
  /** IP header cut short. */
  DROP_IP_TRUNCATED(Verdict.DROP),
  /** To a VIP: version, header length or total length cannot be. */
  DROP_IP_HEADER(Verdict.DROP),
  /** To a VIP with TTL 0. */
  DROP_IP_TTL(Verdict.DROP),
  /** To a VIP: an IPv6 extension header cut short, misplaced or one too many. */
  DROP_EXTENSION(Verdict.DROP),
  /** To a VIP as a hop on the way (IPv6 routing header with segments left). */
  DROP_ROUTING_HEADER(Verdict.DROP),
  /** To a VIP: a first fragment too short for its TCP or UDP header (RFC 1858). */
  DROP_FRAGMENT_FIRST(Verdict.DROP),
  /** To a VIP: a later fragment whose first one was not seen, or not in the last 30 s. */
  DROP_FRAGMENT_LATER(Verdict.DROP),
  /** To a VIP: a later fragment that reaches into the headers of the first one. */
  DROP_FRAGMENT_OVERLAP(Verdict.DROP),
  /** To a VIP: TCP or UDP header cut short. */
  DROP_L4_TRUNCATED(Verdict.DROP),
  /** To a VIP: the TCP data offset cannot be. */
  DROP_TCP_HEADER(Verdict.DROP),
  /** To a VIP: an ICMP error that quotes too little, or a packet that the VIP cannot have sent. */
  DROP_ICMP_ERROR(Verdict.DROP),
  /** A new session that its service does not admit, and nobody is told. */
  DROP_REFUSED(Verdict.DROP),
  /** The service has no target for it. */
  DROP_NO_TARGET(Verdict.DROP),
  /** The row names a label that is no target. */
  DROP_TARGET_UNKNOWN(Verdict.DROP),
  /** To everyone's VIP: another member's by the formula. */
  DROP_OTHERS_SHARE(Verdict.DROP),
  /** To everyone's VIP: this member's share, but others may think that it is gone. */
  DROP_SHARE_LAPSED(Verdict.DROP),
  /** To everyone's VIP: this member's share, but it has no such connection and nobody listens. */
  DROP_NO_SOCKET(Verdict.DROP),
  /** With its label longer than the wire takes, and its sender is not to be told. */
  DROP_TOO_BIG(Verdict.DROP),
  /** The driver left no room for the label. */
  DROP_HEADROOM(Verdict.DROP),
  /** MPLS in UDP from an address that is no member's. */
  DROP_TUNNEL_SENDER(Verdict.DROP),
  /** MPLS in UDP that was cut on its way. */
  DROP_TUNNEL_FRAGMENT(Verdict.DROP),
  /** MPLS in UDP whose outer IP or UDP header cannot be. */
  DROP_TUNNEL_HEADER(Verdict.DROP),
  /** MPLS in UDP with a wrong UDP checksum, or over IPv6 with none. */
  DROP_TUNNEL_CHECKSUM(Verdict.DROP);

  /** What the driver does with the packet, {@code enum xdp_action}. */
  public enum Verdict {
    ABORTED,
    DROP,
    /** Up to the stack. */
    PASS,
    /** Out of the port it came in by. */
    TX
  }

  private final Verdict verdict;

  Outcome(Verdict verdict) {
    this.verdict = verdict;
  }

  public Verdict verdict() {
    return verdict;
  }

  /** Its name in counters: {@code label_pop}. */
  public String counter() {
    return name().toLowerCase(Locale.ROOT);
  }
}
