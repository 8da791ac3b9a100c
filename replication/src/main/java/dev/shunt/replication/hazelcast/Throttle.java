package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.Ticker;
import java.time.Duration;

/** Lets one thing through per interval: for log messages about what goes on being wrong. */
final class Throttle {

  private final Ticker ticker;
  private final long intervalNanos;
  private boolean open = true;
  private long lastNanos;

  Throttle(Ticker ticker, Duration interval) {
    this.ticker = ticker;
    this.intervalNanos = interval.toNanos();
  }

  synchronized boolean pass() {
    long now = ticker.nanos();
    if (!open && now - lastNanos < intervalNanos) {
      return false;
    }
    open = false;
    lastNanos = now;
    return true;
  }

  /** The trouble is over: the next one is let through at once. */
  synchronized void reset() {
    open = true;
  }
}
