package dev.shunt.scheduler.xdp.layout;

import java.util.Locale;

/** What happens beside a packet's outcome, {@code enum aside}. */
public enum Aside {
  /** The ring buffer was full: a session event did not reach this process. */
  EVENT_LOST,
  /** A session that should have a pair of labels goes without. */
  POOL_EMPTY,
  /** A pair of labels was taken out of the pool. */
  PAIR_TAKEN,
  /** It was put back at once: its session did not come about. */
  PAIR_RETURNED,
  /** A router said that the path to a target takes less than this machine's interface. */
  PATH_NARROWED;

  /** Its name in counters. */
  public String counter() {
    return name().toLowerCase(Locale.ROOT);
  }
}
