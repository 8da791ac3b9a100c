package dev.shunt.scheduler;

import dev.shunt.replication.Flow;

/**
 * What the kernel says about a session.
 *
 * @param target the target's label
 */
public record SessionEvent(Kind kind, Flow flow, int target) {

  /** What happened. */
  public enum Kind {
    /** A packet opened it, or it moved to another target because the old one is gone. */
    OPENED,
    /** The client went on after its first packet. */
    ESTABLISHED,
    /** FIN or RST from the client. */
    CLOSING
  }
}
