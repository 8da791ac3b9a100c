package dev.shunt.cluster;

/**
 * The scheduler's right to answer for the virtual IP, with the instant at which it ends by itself.
 *
 * @param term the term it was granted in
 * @param deadlineNanos end of the lease on this host's monotonic clock ({@link Ticker#nanos()}, the
 *     same clock as the kernel's {@code CLOCK_MONOTONIC})
 */
public record Lease(Term term, long deadlineNanos) {

  /** No lease: over since the beginning of the clock. */
  public static final Lease NONE = new Lease(Term.NONE, 0);

  public boolean heldAt(long nowNanos) {
    return deadlineNanos - nowNanos > 0;
  }
}
