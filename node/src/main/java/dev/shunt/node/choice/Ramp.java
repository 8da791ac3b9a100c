package dev.shunt.node.choice;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The shares of servers that have come back: they grow evenly from a tenth to the whole. Any thread
 * may begin one, all read.
 */
public final class Ramp {

  private static final double FLOOR = 0.1;

  /** Stands for a server that has its whole share. */
  private static final long NONE = 0;

  private final long durationNanos;
  private final AtomicLongArray begun;

  /**
   * @param durationNanos until a server has its whole share
   */
  public Ramp(long durationNanos, int servers) {
    this.durationNanos = durationNanos;
    this.begun = new AtomicLongArray(servers);
  }

  /** A server has come back. */
  public void begin(int server, long now) {
    begun.set(server, now == NONE ? NONE + 1 : now);
  }

  /** The part of its share that a server has now, up to 1. */
  public double share(int server, long now) {
    long since = begun.getOpaque(server);
    if (since == NONE) {
      return 1;
    }
    long elapsed = now - since;
    if (elapsed >= durationNanos) {
      begun.compareAndSet(server, since, NONE);
      return 1;
    }
    return FLOOR + (1 - FLOOR) * Math.max(0, elapsed) / durationNanos;
  }
}
