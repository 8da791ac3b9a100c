package dev.shunt.scheduler.xdp;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was opened so far, last first, unless the whole succeeded. */
final class Undo implements AutoCloseable {

  private final Deque<AutoCloseable> steps = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T step) {
    steps.push(step);
    return step;
  }

  /** All went well. */
  void keep() {
    steps.clear();
  }

  @Override
  public void close() {
    for (AutoCloseable step : steps) {
      try {
        step.close();
      } catch (Exception e) {
        throw new IllegalStateException("nothing that is undone here throws", e);
      }
    }
  }
}
