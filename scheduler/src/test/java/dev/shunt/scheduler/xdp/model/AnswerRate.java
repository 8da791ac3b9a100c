package dev.shunt.scheduler.xdp.model;

/** How many ICMP errors may be sent: a thousand a second, fifty at once, as Linux does. */
final class AnswerRate {

  private static final long BURST = 50;
  private static final long EVERY = 1_000_000;

  private final Moment now;
  private long since;
  private long left;

  AnswerRate(Moment now) {
    this.now = now;
  }

  /** One more, if it may be. */
  boolean take() {
    long due = (now.coarse() - since) / EVERY;
    if (due >= BURST - left) {
      left = BURST;
      since = now.coarse();
    } else {
      left += due;
      since += due * EVERY;
    }
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }
}
