package dev.shunt.node.http;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counters that one event loop writes and anybody reads: no lock, no contended line. */
@SuppressWarnings("EnumOrdinal") // The index of an array, never kept beyond the process.
final class Counters {

  private final AtomicLongArray values;

  Counters(int size) {
    values = new AtomicLongArray(size);
  }

  void add(Enum<?> counter, long by) {
    int at = counter.ordinal();
    values.setOpaque(at, values.getPlain(at) + by);
  }

  void increment(Enum<?> counter) {
    add(counter, 1);
  }

  long get(Enum<?> counter) {
    return values.getOpaque(counter.ordinal());
  }
}
