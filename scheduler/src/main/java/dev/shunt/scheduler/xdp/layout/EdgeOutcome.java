package dev.shunt.scheduler.xdp.layout;

import java.util.Locale;

/**
 * Where a packet ended at a label edge, {@code enum edge_outcome}: {@code IN_} at ingress, {@code
 * OUT_} at egress.
 */
public enum EdgeOutcome {
  /** Up as it is. */
  IN_UNLABELLED,
  /** Labelled, flooded to us, meant for another machine. */
  IN_OTHER_MAC,
  /** Not of the array's labels: up as it is. */
  IN_OTHER_LABEL,
  /** Label taken off, and learned: a new flow, another label, or from another machine. */
  IN_LEARNED,
  /** Label taken off, as it was learned. */
  IN_KNOWN,
  /** Label taken off, and what was learned of its flow forgotten. */
  IN_WITHDRAWN,
  /** Label taken off; nothing to learn: a target's label, or no ports to know a flow by. */
  IN_POPPED,
  /** MPLS cut short. */
  IN_DROP_TRUNCATED,
  /** More labels below the top one. */
  IN_DROP_STACK,
  /** The label's TTL is used up. */
  IN_DROP_TTL,
  /** A session's label of the direction that this side sends. */
  IN_DROP_SIDE,
  /** Behind the label is no IP header. */
  IN_DROP_PAYLOAD,
  /** Behind the label is a flow of no VIP. */
  IN_DROP_NOT_VIP,
  /** The driver could not shorten the frame. */
  IN_DROP_HEADROOM,
  /** Labels in UDP from nobody of the array. */
  IN_DROP_TUNNEL_SENDER,
  /** Labels in UDP, fragmented outside. */
  IN_DROP_TUNNEL_FRAGMENT,
  /** Outer headers that cannot be. */
  IN_DROP_TUNNEL_HEADER,
  /** The outer UDP checksum is wrong, or over IPv6 not there. */
  IN_DROP_TUNNEL_CHECKSUM,
  /** In UDP the top label is no target's, or the one below it no session's. */
  IN_DROP_TUNNEL_LABEL,
  /** Out as it is. */
  OUT_UNLABELLED,
  /** Out as it is: its label was not confirmed lately. */
  OUT_STALE,
  /** Out as it is: its label came by another VLAN. */
  OUT_OTHER_VLAN,
  /** Out as it is: its label came in UDP, and answers go directly. */
  OUT_DIRECT,
  /** Out as it is: with a label longer than the link takes. */
  OUT_TOO_BIG,
  /** Out with the label learned. */
  OUT_LABELLED,
  /** Out with the label that asks for one. */
  OUT_ASKED,
  /** The kernel had no room for a label. */
  OUT_DROP_HEADROOM;

  /** Whether the packet ends here. */
  public boolean dropped() {
    return name().contains("_DROP_");
  }

  /** Its name in counters: {@code in_learned}. */
  public String counter() {
    return name().toLowerCase(Locale.ROOT);
  }
}
