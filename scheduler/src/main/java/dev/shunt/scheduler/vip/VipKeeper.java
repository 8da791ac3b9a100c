package dev.shunt.scheduler.vip;

import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Term;
import dev.shunt.scheduler.DataPlane;
import dev.shunt.scheduler.DataPlaneException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the virtual IPs while the lease lasts: hands every renewal to the kernel, and announces
 * when a new term begins, several times, for an announcement can be lost.
 *
 * <p>{@link #onLease} is called by the membership's thread, {@link #step} by the thread that drives
 * the scheduler; announcing never delays a renewal.
 */
public final class VipKeeper {

  private static final Logger log = LoggerFactory.getLogger(VipKeeper.class);

  /** When to announce after taking over, in milliseconds: at once, then less and less often. */
  private static final long[] ANNOUNCE_AT_MILLIS = {0, 20, 60, 200, 600, 1_500, 4_000};

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final DataPlane dataPlane;
  private volatile Lease lease = Lease.NONE;
  private Term announcedTerm = Term.NONE;
  private long takenAtNanos;
  private int announced;

  public VipKeeper(DataPlane dataPlane) {
    this.dataPlane = dataPlane;
  }

  /** The lease was granted, renewed or given up: the kernel answers for the VIPs accordingly. */
  public void onLease(Lease renewed) {
    lease = renewed;
    dataPlane.lease(renewed);
  }

  /** Since when this member has held the VIPs in this term; 0 when it does not. */
  public long heldSinceNanos(long nowNanos) {
    return lease.heldAt(nowNanos) && lease.term().equals(announcedTerm) ? takenAtNanos : 0;
  }

  /**
   * Announces when it is due.
   *
   * @return nanoseconds until it wants to be called again; {@link Long#MAX_VALUE} when not before
   *     the next lease
   */
  public long step(long nowNanos) {
    Lease held = lease;
    if (!held.heldAt(nowNanos)) {
      return Long.MAX_VALUE;
    }
    if (!held.term().equals(announcedTerm)) {
      announcedTerm = held.term();
      takenAtNanos = nowNanos;
      announced = 0;
    }
    while (announced < ANNOUNCE_AT_MILLIS.length && dueInNanos(nowNanos) <= 0) {
      announced++;
      announce();
    }
    return announced < ANNOUNCE_AT_MILLIS.length ? dueInNanos(nowNanos) : Long.MAX_VALUE;
  }

  private long dueInNanos(long nowNanos) {
    return takenAtNanos + ANNOUNCE_AT_MILLIS[announced] * NANOS_PER_MILLI - nowNanos;
  }

  private void announce() {
    try {
      dataPlane.announce();
    } catch (DataPlaneException e) {
      log.warn("announcing the virtual IPs failed: {}", e.getMessage());
    }
  }
}
