package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.SessionState;

/** What is remembered of a session; fields as the kernel's table has them. */
public final class ModelSession {
  public long lastSeen;
  public long packets;
  public int target;
  public SessionState state = SessionState.OPENING;

  /** Index of its service + 1; 0: not known yet. */
  public int service;

  /** From client to server; 0: none. */
  public int label;

  public long clientMac;
  public boolean clientLabels;

  @Override
  public String toString() {
    return "session{seen %d, packets %d, target %d, %s, service %d, label %d, client %012x%s}"
        .formatted(
            lastSeen,
            packets,
            target,
            state,
            service,
            label,
            clientMac,
            clientLabels ? " takes labels" : "");
  }
}
