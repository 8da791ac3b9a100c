package dev.shunt.node;

import java.util.function.LongSupplier;

/**
 * Where a stage says what it can tell about itself: shown by {@code shunt services}, and exported
 * among the service's metrics. Names are of small letters and underscores, and begin with the
 * stage's.
 */
public interface Meters {

  /**
   * Something that only grows.
   *
   * @param value called by any thread, and must return at once
   */
  void counter(String name, LongSupplier value);

  /** Something that goes up and down. */
  void gauge(String name, LongSupplier value);
}
