package dev.shunt.ops.daemon;

import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.scheduler.NodeReport;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the kernel keeps a table that is better than what this process knows: one that outlived
 * the process that made it, or one from before this member lost sight of the majority.
 *
 * <p>A member in view that carries traffic and has not reported yet counts as taking nothing. A
 * table made meanwhile would move the flows of a member that is well. Used by one thread.
 */
final class Settling {

  /** Whoever says nothing for so long while in view is not going to. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(Settling.class);

  private enum Phase {
    OVER,
    /** No majority has been seen since it began: the patience does not run. */
    BEGUN,
    WAITING
  }

  private Phase phase = Phase.OVER;
  private long waitingSinceNanos;

  /** The kernel's table is to be kept until everybody in view has reported. */
  void begin() {
    phase = Phase.BEGUN;
  }

  /**
   * Whether the kernel's table may be replaced.
   *
   * @param view one with a majority
   */
  boolean isOver(MemberView view, long nowNanos) {
    if (phase == Phase.BEGUN) {
      phase = Phase.WAITING;
      waitingSinceNanos = nowNanos;
    }
    if (phase == Phase.WAITING) {
      List<MemberId> silent =
          view.nodes().stream().filter(m -> NodeReport.of(m).isEmpty()).map(Member::id).toList();
      boolean late = nowNanos - waitingSinceNanos > PATIENCE.toNanos();
      if (late && !silent.isEmpty()) {
        log.warn(
            "{} in view said nothing for {} s: the kernel's old table is replaced without them",
            silent,
            PATIENCE.toSeconds());
      }
      if (late || silent.isEmpty()) {
        phase = Phase.OVER;
      }
    }
    return phase == Phase.OVER;
  }
}
