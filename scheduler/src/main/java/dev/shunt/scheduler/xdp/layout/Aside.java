package dev.shunt.scheduler.xdp.layout;

import java.util.Locale;

/** What happens beside a packet's outcome, {@code enum aside}. */
public enum Aside {
  /** The ring buffer was full: a session event did not reach this process. */
  EVENT_LOST;

  /** Its name in counters. */
  public String counter() {
    return name().toLowerCase(Locale.ROOT);
  }
}
