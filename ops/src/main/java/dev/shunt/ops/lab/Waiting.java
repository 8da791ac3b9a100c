package dev.shunt.ops.lab;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions of a live array, always with a limit. */
public final class Waiting {

  private static final Duration MIN_STEP = Duration.ofMillis(5);
  private static final Duration MAX_STEP = Duration.ofMillis(200);

  /** The next look is after this part of the time waited so far: a tenth late at most. */
  private static final int PART = 10;

  private Waiting() {}

  static void until(Duration limit, BooleanSupplier condition, Supplier<String> complaint) {
    if (!attempt(limit, condition)) {
      throw new LabException("after %.1f s: %s".formatted(limit.toMillis() / 1e3, complaint.get()));
    }
  }

  /** Whether the condition held within the limit. */
  public static boolean attempt(Duration limit, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (true) {
      if (condition.getAsBoolean()) {
        return true;
      }
      long waited = System.nanoTime() - start;
      if (waited >= limit.toNanos()) {
        return false;
      }
      pause(step(waited));
    }
  }

  /** Looking may cost more than what is waited for, on the same few processors. */
  private static Duration step(long waitedNanos) {
    return Duration.ofNanos(Math.clamp(waitedNanos / PART, MIN_STEP.toNanos(), MAX_STEP.toNanos()));
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted", e);
    }
  }

  /** The clock all processes of this machine share (CLOCK_MONOTONIC), in microseconds. */
  static long nowMicros() {
    return System.nanoTime() / 1_000;
  }
}
