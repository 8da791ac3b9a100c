package dev.shunt.node.http;

import java.util.concurrent.TimeUnit;

/**
 * Whether somebody brings, or takes, anything at all, and on average as much as is asked for.
 *
 * <p>Credit is time: whoever begins has all of the allowance, waiting for it costs what it lasts,
 * each byte earns its share of a second, and nobody has more than the allowance. So a burst cannot
 * be saved up for hours of silence, and a link that falters for less than the allowance is not cut.
 * One thread.
 */
final class Pace {

  private final long nanosPerByte;
  private boolean begun;
  private long credit;
  private long checked;
  private long moved;
  private long movedAt;

  /**
   * @param rate bytes a second at least; 0 asks for something at all
   */
  Pace(int rate) {
    this.nanosPerByte = rate == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / rate;
  }

  /** Forgets what was: time counts from the next check on. */
  void restart() {
    begun = false;
    moved = 0;
  }

  /** So many bytes were brought or taken. */
  void moved(long bytes) {
    moved += bytes;
  }

  /**
   * Whether it was too little, asked again and again.
   *
   * @param awaited whether the time since the last check counts
   * @param allowance nanoseconds without a byte, or behind the rate
   */
  boolean tooSlow(long now, boolean awaited, long allowance) {
    if (!begun) {
      begun = true;
      credit = allowance;
      checked = now;
      movedAt = now;
    }
    long elapsed = now - checked;
    checked = now;
    if (moved > 0 || !awaited) {
      movedAt = now;
    }
    credit = Math.min(allowance, credit + Math.min(moved, Integer.MAX_VALUE) * nanosPerByte);
    moved = 0;
    if (awaited) {
      credit -= elapsed;
    }
    return now - movedAt >= allowance || (nanosPerByte > 0 && credit <= 0);
  }
}
