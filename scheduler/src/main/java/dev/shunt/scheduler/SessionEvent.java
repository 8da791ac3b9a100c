package dev.shunt.scheduler;

import dev.shunt.replication.Flow;
import dev.shunt.replication.SessionLabel;

/**
 * What the kernel says about a session.
 *
 * @param target the target's label
 * @param label its own labels, as they are from now on: a session that moves to another target gets
 *     others
 */
public record SessionEvent(Kind kind, Flow flow, int target, SessionLabel label) {

  /** What happened. */
  public enum Kind {
    /** A packet opened it, or it moved to another target because the old one is gone. */
    OPENED,
    /** The client went on after its first packet. */
    ESTABLISHED,
    /** FIN or RST from the client. */
    CLOSING
  }

  /** Of a session without labels of its own. */
  public SessionEvent(Kind kind, Flow flow, int target) {
    this(kind, flow, target, SessionLabel.NONE);
  }
}
