package dev.shunt.scheduler;

/** Which way the answers of a service's targets go to the client. */
public enum ReturnPath {
  /** From the target to the client, past the scheduler. */
  DIRECT,
  /**
   * Through the scheduler, by the label from server to client that the session has (claim L8). What
   * has none, and what would be lost there, goes directly all the same.
   */
  SWITCHED
}
