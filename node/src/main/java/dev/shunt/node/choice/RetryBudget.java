package dev.shunt.node.choice;

import java.util.concurrent.TimeUnit;

/**
 * How many requests may be sent again: a part of those of the last ten seconds, and a few more. One
 * that all servers fail then costs them little more than it would without retries. One thread.
 */
public final class RetryBudget {

  public static final int SECONDS = 10;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int percent;
  private final long floor;
  private final long[] requests = new long[SECONDS];
  private final long[] retries = new long[SECONDS];
  private long second;
  private int at;
  private long requestSum;
  private long retrySum;

  /**
   * @param percent of the requests
   * @param floor so many more in ten seconds
   * @param now on the clock of all later calls
   */
  public RetryBudget(int percent, long floor, long now) {
    this.percent = percent;
    this.floor = floor;
    this.second = now;
  }

  /** A request came. */
  public void request(long now) {
    roll(now);
    requests[at]++;
    requestSum++;
  }

  /** Whether one may be sent again, which is counted. */
  public boolean take(long now) {
    roll(now);
    if (retrySum * 100 >= requestSum * percent + floor * 100) {
      return false;
    }
    retries[at]++;
    retrySum++;
    return true;
  }

  private void roll(long now) {
    if (now - second < SECOND) {
      return;
    }
    long passed = (now - second) / SECOND;
    second += passed * SECOND;
    for (int i = 0; i < Math.min(passed, SECONDS); i++) {
      at = (at + 1) % SECONDS;
      requestSum -= requests[at];
      retrySum -= retries[at];
      requests[at] = 0;
      retries[at] = 0;
    }
  }
}
