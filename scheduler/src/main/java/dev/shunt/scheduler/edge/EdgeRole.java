package dev.shunt.scheduler.edge;

import java.util.Locale;

/** Which end of the labelled flows a host is (claims L8, L14). */
public enum EdgeRole {
  /** Holds the VIPs: is sent client-to-server labels and sends server-to-client labels. */
  SERVER,
  /** Talks to the VIPs: is sent server-to-client labels and sends client-to-server labels. */
  CLIENT;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
