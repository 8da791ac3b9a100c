package dev.shunt.replication;

import dev.shunt.cluster.MemberId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Who gives out which session labels: blocks of them, each leased to at most one member as far as
 * the array is connected.
 *
 * <p>Thread-safe; no call waits. What is owned stays owned while the shared tables are away; only
 * nothing new is had. After a partition two members can own one block: on every member the same
 * lease wins, and whoever has the other one is told ({@link Listener#onLost}).
 *
 * <p>The futures fail with a {@link ReplicationException} if this member's tables are not complete
 * or do not take the change, and with a {@link java.util.concurrent.TimeoutException} after five
 * seconds. What comes about after that is told to the listener as found.
 */
public interface LabelBlocks {

  /** Requests of one member that may wait for the tables; more are refused. */
  int MAX_WAITING = 64;

  /**
   * A block that this member owns from now on. Sessions may still use pairs of it.
   *
   * @param block which
   * @param formerOwner the member that is gone and whose block it was; empty if it was free
   */
  record Taken(LabelBlock block, Optional<MemberId> formerOwner) {}

  /**
   * How the blocks are doing; counters grow since the start.
   *
   * @param owned blocks of this member now
   * @param free blocks of nobody, as far as this member has heard
   * @param takenOver blocks of gone members that this one took
   * @param lost blocks that another member turned out to own
   */
  record Stats(int owned, int free, long takenOver, long lost) {}

  /** Hears what becomes of blocks without being asked for. Must return at once. */
  interface Listener {

    /**
     * This member owns blocks that no future has told of: those of its former life, and those whose
     * taking or release took too long to be told. Called once, maybe with none, when that is known
     * for the first time; later only when there are more. Some of their pairs may be in use, and
     * the others may just have been.
     */
    void onFound(Set<LabelBlock> blocks);

    /** Another member owns this block: whatever uses its pairs here must stop doing so. */
    void onLost(LabelBlock block);
  }

  /**
   * Takes a free block, and where there is none one of a member that is gone for long. Members
   * prefer different blocks, so that both sides of a partition rarely take the same.
   *
   * @return empty if there is none to be had
   */
  CompletableFuture<Optional<Taken>> take();

  /**
   * Takes this block if nobody else owns it: for one whose pairs the kernel still holds from this
   * member's former life, while the array has forgotten about it.
   *
   * @return whether it is this member's now
   */
  CompletableFuture<Boolean> take(LabelBlock wanted);

  /** Gives a block back that nothing uses any more; without effect if it is not owned. */
  CompletableFuture<Void> release(LabelBlock block);

  /** What this member owns. */
  Set<LabelBlock> owned();

  /**
   * Who membership shows as present, this member and those that only vote included. Call it with
   * every view. Blocks are taken over only from members that were not among them for the configured
   * time, and only while a majority is.
   */
  void present(Set<MemberId> members);

  /**
   * At most one listener; called from one thread, in order with the futures. Set it before the
   * start.
   */
  void listen(Listener listener);

  Stats stats();
}
