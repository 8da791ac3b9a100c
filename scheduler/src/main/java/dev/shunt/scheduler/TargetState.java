package dev.shunt.scheduler;

/** Whether a target gets new sessions, and whether it keeps those it has. */
public enum TargetState {
  /** Gets new sessions and keeps its own. */
  UP,
  /** Gets no new sessions and keeps its own: drained by an operator. */
  DRAINED,
  /**
   * Gets no new sessions. Its sessions still go to it, for it may be back in a moment: it was lost
   * from view only just now.
   */
  DOWN,
  /** Gets nothing: its sessions are treated as unknown flows. */
  GONE;

  public boolean takesNew() {
    return this == UP;
  }
}
