package dev.shunt.ops.lab;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions of a live array, always with a limit. */
final class Waiting {

  private static final Duration STEP = Duration.ofMillis(5);

  private Waiting() {}

  static void until(Duration limit, BooleanSupplier condition, Supplier<String> complaint) {
    if (!attempt(limit, condition)) {
      throw new LabException("after %.1f s: %s".formatted(limit.toMillis() / 1e3, complaint.get()));
    }
  }

  /** Whether the condition held within the limit. */
  static boolean attempt(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      if (condition.getAsBoolean()) {
        return true;
      }
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      pause(STEP);
    }
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
