package dev.shunt.node.stage;

import dev.shunt.cluster.Ticker;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that writes the lines of a service's event loops, as many at once as there are. What
 * cannot be written stays in the rings, and is tried again.
 *
 * <p>A file is opened again when it was moved away or deleted, which is looked for once a second:
 * so whoever rotates it needs to tell nobody.
 */
final class LogWriter implements AutoCloseable {

  /** For the lines of one event loop. */
  static final int RING_BYTES = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
  private static final long SHORT_PAUSE_NANOS = PAUSE_NANOS / 2;
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long FAREWELL_MILLIS = 2000;

  private final LogTarget target;
  private final Ticker ticker;
  private final List<LineRing> rings = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::run, "shunt-access-log");
  private volatile boolean stopping;
  private long checked;
  private long told;
  private long droppedTold;

  LogWriter(LogTarget target, Ticker ticker) {
    this.target = target;
    this.ticker = ticker;
  }

  /**
   * Opens the target and begins.
   *
   * @throws IOException when it cannot be opened
   */
  void start() throws IOException {
    target.open();
    checked = ticker.nanos();
    told = checked - TELL_NANOS;
    thread.setDaemon(true);
    thread.start();
  }

  /** A ring for one event loop. */
  LineRing ring() {
    LineRing ring = new LineRing(RING_BYTES);
    rings.add(ring);
    return ring;
  }

  /** Writes soon, for a ring is filling. */
  void hurry() {
    LockSupport.unpark(thread);
  }

  long dropped() {
    return rings.stream().mapToLong(LineRing::dropped).sum();
  }

  private void run() {
    boolean last = false;
    while (!last) {
      last = stopping;
      boolean any = false;
      try {
        reopen();
        for (LineRing ring : rings) {
          any |= ring.drain(target);
        }
      } catch (IOException | RuntimeException e) {
        tell("lines wait, for it cannot be written: " + e.getMessage());
      }
      tellDropped();
      if (!last) {
        LockSupport.parkNanos(any ? SHORT_PAUSE_NANOS : PAUSE_NANOS);
      }
    }
    target.close();
  }

  private void reopen() throws IOException {
    long now = ticker.nanos();
    if (now - checked >= CHECK_NANOS) {
      checked = now;
      if (target.isStale()) {
        target.open();
      }
    }
  }

  private void tellDropped() {
    long dropped = dropped();
    if (dropped > droppedTold && tell((dropped - droppedTold) + " lines were dropped")) {
      droppedTold = dropped;
    }
  }

  private boolean tell(String what) {
    long now = ticker.nanos();
    if (now - told < TELL_NANOS) {
      return false;
    }
    told = now;
    LOG.warn("access log {}: {}", target, what);
    return true;
  }

  /** Writes what is there, if that is possible, and ends. */
  @Override
  public void close() {
    stopping = true;
    hurry();
    try {
      thread.join(FAREWELL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
