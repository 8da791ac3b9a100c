package dev.shunt.ops.daemon;

import dev.shunt.cluster.Ticker;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log that a thread which others wait for stands still, and where it does.
 *
 * <p>The thread tells it of each piece of work; another one calls {@link #look} from time to time.
 */
final class StallWatch {

  /** Work that takes longer is said. */
  static final Duration BOUND = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(StallWatch.class);
  private static final int FRAMES = 24;

  private final Ticker ticker;
  private volatile @Nullable Work current;
  private volatile @Nullable Work said;

  /** Compared by identity: two pieces of work may begin at one time. */
  private static final class Work {

    final Thread thread = Thread.currentThread();
    final long sinceNanos;

    Work(long sinceNanos) {
      this.sinceNanos = sinceNanos;
    }
  }

  StallWatch(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Does a piece of work on this thread, watched. */
  void run(Runnable action) {
    Work work = new Work(ticker.nanos());
    current = work;
    try {
      action.run();
    } finally {
      current = null;
      if (said == work) {
        log.warn("thread {} goes on after {} ms", work.thread.getName(), millisSince(work));
      }
    }
  }

  /**
   * Says once of each piece of work that it takes too long.
   *
   * @return whether it was said now
   */
  boolean look() {
    Work work = current;
    if (work == null || work == said || millisSince(work) < BOUND.toMillis()) {
      return false;
    }
    StackTraceElement[] frames = work.thread.getStackTrace();
    if (work != current) {
      return false;
    }
    said = work;
    log.warn(
        "thread {} has stood still for {} ms in {}",
        work.thread.getName(),
        millisSince(work),
        Arrays.stream(frames)
            .limit(FRAMES)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" < ")));
    return true;
  }

  private long millisSince(Work work) {
    return TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - work.sinceNanos);
  }
}
