package dev.shunt.node;

/** Whether a server gets new sessions, and whether it keeps those it has. */
public enum ServerState {
  /** Gets new sessions and keeps its own. */
  UP,
  /** Gets no new sessions and keeps its own: drained by an operator. */
  DRAINED,
  /** Gets nothing for a while, for it failed too many requests: its sessions move. */
  EJECTED,
  /** Gets nothing: its sessions move to other servers. */
  DOWN;

  public boolean takesNew() {
    return this == UP;
  }

  public boolean keepsSessions() {
    return this == UP || this == DRAINED;
  }
}
