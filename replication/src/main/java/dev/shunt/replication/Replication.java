package dev.shunt.replication;

import dev.shunt.cluster.MemberId;
import java.util.Optional;
import java.util.Set;

/** The port to the shared tables of the array. */
public interface Replication extends AutoCloseable {

  /**
   * Joins the members' shared tables and begins to copy them; returns without waiting for either.
   */
  void start();

  SessionTable sessions();

  ArrayState arrayState();

  LabelBlocks labelBlocks();

  BindingTables bindings();

  /**
   * Tells which members' tables are worth waiting for: those that membership shows as present and
   * eligible, this one included or not. Call it with every view; until the first call nothing is
   * {@link #complete}.
   */
  void expect(Set<MemberId> holders);

  /**
   * Tells who writes sessions now: the scheduler, if membership shows it as present. Call it with
   * every view. A member whose shared tables are apart from the scheduler's is not {@link
   * #complete}, for it does not hear of new sessions.
   */
  void follow(Optional<MemberId> scheduler);

  /**
   * Whether the local copies hold everything: a member is not eligible before.
   *
   * <p>True once the shared tables are joined together with all {@link #expect expected} members
   * and have been copied from end to end. It stays true when other members come, go or hang, so
   * that trouble in the tables never takes the scheduler away; it becomes false when this member
   * itself was cut off from the tables and has to copy them again, or does not hear the scheduler.
   */
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
