package dev.shunt.scheduler.xdp.layout;

import java.util.Locale;

/** What happens beside a packet's outcome at a label edge, {@code enum edge_aside}. */
public enum EdgeAside {
  /** A SYN's MSS was lowered to leave room for a label. */
  MSS_LOWERED,
  /** Another machine announced a VIP. */
  VIP_MOVED,
  /** A packet made the edge forget a label. */
  FORGOTTEN,
  /** The kernel had no memory to learn a label. */
  NOT_LEARNED;

  /** Its name in counters. */
  public String counter() {
    return name().toLowerCase(Locale.ROOT);
  }
}
