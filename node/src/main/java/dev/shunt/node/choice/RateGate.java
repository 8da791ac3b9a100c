package dev.shunt.node.choice;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets through so many per second, all event loops together, without a lock (generic cell rate
 * algorithm, ITU-T I.371). One thread sets the rate.
 */
public final class RateGate {

  private static final long OPEN = 0;

  /** So far ahead of an even flow a burst may be. */
  private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final AtomicLong due = new AtomicLong();
  private volatile long interval = OPEN;

  /** Lets everything through. */
  public void open() {
    interval = OPEN;
  }

  /** Lets through so many per second. */
  public void limit(double perSecond, long now) {
    if (interval == OPEN) {
      due.set(now);
    }
    interval = Math.max(1, (long) (TimeUnit.SECONDS.toNanos(1) / perSecond));
  }

  /** Whether another one is let through. */
  public boolean admits(long now) {
    long between = interval;
    if (between == OPEN) {
      return true;
    }
    while (true) {
      long expected = due.get();
      if (expected - now > BURST_NANOS) {
        return false;
      }
      long next = (expected - now > 0 ? expected : now) + between;
      if (due.compareAndSet(expected, next)) {
        return true;
      }
    }
  }
}
