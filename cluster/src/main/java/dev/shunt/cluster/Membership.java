package dev.shunt.cluster;

import java.time.Duration;
import java.util.Map;

/**
 * The port to the other members: who is present, and who is scheduler.
 *
 * <p>Thread-safe. The listener is called from one thread of the membership, in order; it must
 * return at once and never wait for I/O, for lease renewals are announced on the same thread.
 */
public interface Membership extends AutoCloseable {

  /** Hears what changes. */
  interface Listener {

    /** The members present, or what they publish about themselves, changed. */
    void onView(MemberView view);

    /** Another scheduler, or none, or a new term. Comes before the first lease of the term. */
    void onLeadership(Leadership leadership);

    /**
     * This member's lease was granted, renewed, or given up (then its deadline has passed). Called
     * at every renewal.
     */
    void onLease(Lease lease);
  }

  /**
   * Joins and begins to announce; returns when this member is in a view, alone or not.
   *
   * @throws java.io.IOException if the network address cannot be used
   */
  void start(Listener listener) throws java.io.IOException;

  MemberView view();

  Leadership leadership();

  /** The lease this member holds, or one that is over. */
  Lease lease();

  /**
   * Tells the others about this member; replaces what was published before.
   *
   * @param eligible whether this member may become scheduler
   * @param attributes see {@link Member#attributes()}
   */
  void publish(boolean eligible, Map<String, String> attributes);

  /**
   * Gives the scheduler's role to another eligible member.
   *
   * @return whether this member was scheduler and another one was there to take over
   */
  boolean stepDown();

  /**
   * Waits until this member is not scheduler, as after {@link #stepDown}. May be called by any
   * thread but a listener's.
   *
   * @return whether it is not within {@code patience}
   */
  boolean awaitRelieved(Duration patience) throws InterruptedException;

  /** Questions to other members. */
  MemberCalls calls();

  /** Gives up the lease if held, says good-bye, leaves. Afterwards nothing is announced. */
  @Override
  void close();
}
