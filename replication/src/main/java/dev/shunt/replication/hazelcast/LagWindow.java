package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.Ticker;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long entries took to arrive, over the last minute; two significant digits, microseconds. */
final class LagWindow {

  private static final int SLICES = 6;
  private static final long SLICE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(10);
  private static final int DIGITS = 2;

  private record Slice(long number, Histogram histogram) {}

  private final Ticker ticker;
  private final Deque<Slice> slices = new ArrayDeque<>();

  LagWindow(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Negative lags, which come from clocks that differ, count as none. */
  synchronized void record(long micros) {
    dropOld();
    long number = ticker.nanos() / SLICE_NANOS;
    Slice newest = slices.peekLast();
    if (newest == null || newest.number != number) {
      newest = new Slice(number, new Histogram(MAX_MICROS, DIGITS));
      slices.addLast(newest);
    }
    newest.histogram.recordValue(Math.clamp(micros, 0, MAX_MICROS));
  }

  /** 0 when nothing came. */
  synchronized long percentile(double percent) {
    dropOld();
    Histogram all = new Histogram(MAX_MICROS, DIGITS);
    slices.forEach(slice -> all.add(slice.histogram));
    return all.getTotalCount() == 0 ? 0 : all.getValueAtPercentile(percent);
  }

  private void dropOld() {
    long oldest = ticker.nanos() / SLICE_NANOS - SLICES + 1;
    while (!slices.isEmpty() && slices.peekFirst().number < oldest) {
      slices.removeFirst();
    }
  }
}
