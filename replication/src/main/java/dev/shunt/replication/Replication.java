package dev.shunt.replication;

import dev.shunt.cluster.MemberId;
import java.util.Set;

/** The port to the shared tables of the array. */
public interface Replication extends AutoCloseable {

  /**
   * Joins the members' shared tables and begins to copy them; returns without waiting for either.
   */
  void start();

  SessionTable sessions();

  ArrayState arrayState();

  /** Whether the local copies hold everything: a member is not eligible before. */
  boolean complete();

  /** Called once each time {@link #complete} changes, from any thread; must return at once. */
  void onComplete(java.util.function.Consumer<Boolean> listener);

  /** Membership has found these members gone; do not wait for them. */
  void suspect(Set<MemberId> gone);

  /** The members the shared tables see; differences from the membership's view are reported. */
  Set<MemberId> members();

  ReplicationStats stats();

  /** Writes out what is queued, for a bounded time, and leaves. */
  @Override
  void close();
}
