package dev.shunt.scheduler.xdp.model;

/**
 * What kind of traffic a step belongs to: what needs many packets at one moment comes in bursts.
 */
public enum Phase {
  /** All kinds mixed, while the time passes and tables change. */
  MIXED,
  /** Too long with a label: more than may be answered at once. */
  LONG,
  /** SYNs of flows whose embryos displace each other. */
  FLOOD,
  /** One flow's packets, one after the other. */
  TRAIN;

  private static final int CYCLE = 4000;
  private static final int LONG_STEPS = 160;
  private static final int FLOOD_FROM = 1500;
  private static final int TRAIN_FROM = 3000;
  private static final int STEPS = 60;

  public static Phase of(int step) {
    int at = step % CYCLE;
    if (at < LONG_STEPS) {
      return LONG;
    }
    if (at >= FLOOD_FROM && at < FLOOD_FROM + STEPS) {
      return FLOOD;
    }
    return at >= TRAIN_FROM && at < TRAIN_FROM + STEPS ? TRAIN : MIXED;
  }

  /** The same for all steps of a burst. */
  static int burst(int step) {
    return step / CYCLE;
  }
}
