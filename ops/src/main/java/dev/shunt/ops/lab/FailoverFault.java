package dev.shunt.ops.lab;

import java.util.Locale;

/** What befalls the host that holds the VIP, in a failover that is measured. */
public enum FailoverFault {
  KILL("kill -9 of its processes"),
  FREEZE("its processes stopped (SIGSTOP)"),
  CUT("its link cut"),
  HANDOVER("it steps down");

  private final String meaning;

  FailoverFault(String meaning) {
    this.meaning = meaning;
  }

  /** In a few words. */
  public String meaning() {
    return meaning;
  }

  /** Whether the host that it befalls goes on serving. */
  public boolean spares() {
    return this == HANDOVER;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
