package dev.shunt.node.http;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/** How long requests of existing and of new sessions take on one event loop. */
final class AdmissionLoop {

  private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(10);
  private static final int DIGITS = 2;

  private final SingleWriterRecorder existing = new SingleWriterRecorder(LONGEST_MICROS, DIGITS);
  private final SingleWriterRecorder fresh = new SingleWriterRecorder(LONGEST_MICROS, DIGITS);
  private @Nullable Histogram recycledExisting;
  private @Nullable Histogram recycledFresh;

  /** On the event loop. */
  void record(boolean ofExisting, long nanos) {
    (ofExisting ? existing : fresh)
        .recordValue(Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 0, LONGEST_MICROS));
  }

  /** Adds what was recorded since the last time; called by one thread, which may be another. */
  void drain(Histogram toExisting, Histogram toFresh) {
    Histogram of = existing.getIntervalHistogram(recycledExisting);
    recycledExisting = of;
    toExisting.add(of);
    of = fresh.getIntervalHistogram(recycledFresh);
    recycledFresh = of;
    toFresh.add(of);
  }

  static Histogram emptyHistogram() {
    return new Histogram(LONGEST_MICROS, DIGITS);
  }
}
