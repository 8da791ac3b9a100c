package dev.shunt.ops.admin.model;

/** What a member is. */
public enum Role {
  /** Holds the VIPs. */
  SCHEDULER,
  /** Gets sessions from the scheduler. */
  NODE,
  /** Votes, and carries no traffic. */
  WITNESS,
  /** The only member, without an array. */
  STANDALONE;

  /** In lower case, as in JSON. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
