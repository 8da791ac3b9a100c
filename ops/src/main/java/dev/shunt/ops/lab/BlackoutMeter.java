package dev.shunt.ops.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Remembers the longest times in which a connection brought nothing, of all its life, in bounded
 * memory.
 *
 * <p>Gaps up to {@link #THRESHOLD_MICROS} are what probing every other millisecond on a busy
 * machine looks like, and are not kept; of the others the {@link #CAPACITY} longest are.
 * Thread-safe.
 */
final class BlackoutMeter {

  static final long THRESHOLD_MICROS = 4_000;
  static final int CAPACITY = 512;

  private final PriorityQueue<LoadReport.Gap> longest =
      new PriorityQueue<>(Comparator.comparingLong(LoadReport.Gap::micros));
  private long last;

  BlackoutMeter(long nowMicros) {
    last = nowMicros;
  }

  /** Something came. */
  synchronized void answered(long nowMicros) {
    LoadReport.Gap gap = new LoadReport.Gap(last, nowMicros);
    last = nowMicros;
    if (gap.micros() > THRESHOLD_MICROS) {
      longest.add(gap);
      if (longest.size() > CAPACITY) {
        longest.remove();
      }
    }
  }

  /** Gaps in order of time, with the one that is not over yet. */
  synchronized List<LoadReport.Gap> gaps(long nowMicros) {
    List<LoadReport.Gap> gaps = new ArrayList<>(longest);
    if (nowMicros - last > THRESHOLD_MICROS) {
      gaps.add(new LoadReport.Gap(last, nowMicros));
    }
    gaps.sort(Comparator.comparingLong(LoadReport.Gap::fromMicros));
    return gaps;
  }
}
