package dev.shunt.scheduler.vip;

import dev.shunt.cluster.MemberView;
import dev.shunt.scheduler.DataPlane;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchTable;
import java.time.Duration;

/**
 * Keeps this member's right to take its share of everyone's VIPs for as long as the others cannot
 * think that it is gone: while it sees a majority, and the short time after.
 *
 * <p>The others take its share over when they have not heard of it for the silence limit. By then
 * the kernel of a member that is frozen has stopped by itself. Used by one thread.
 */
public final class ShareKeeper {

  private final DataPlane dataPlane;
  private final Duration silence;

  /**
   * @param silence after how long members suspect one that they do not hear
   */
  public ShareKeeper(DataPlane dataPlane, Duration silence) {
    this.dataPlane = dataPlane;
    this.silence = silence;
  }

  /**
   * Renews the right, if there is any share to take.
   *
   * @param view one with a majority
   * @param applied what the kernel shares by, made of this view
   * @param nowNanos when the view was looked at
   */
  public void renew(MemberView view, DispatchTable applied, long nowNanos)
      throws DataPlaneException {
    boolean shares =
        applied.rows().keySet().stream().anyMatch(service -> service.balance().everyone());
    if (shares && view.hasMajority()) {
      dataPlane.share(nowNanos + silence.toNanos());
    }
  }
}
