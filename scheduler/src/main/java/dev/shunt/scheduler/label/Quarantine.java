package dev.shunt.scheduler.label;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Pairs that rest, in the order in which they come free: a ring that grows up to the number of
 * pairs that its user can put in. All rest equally long, so that whoever came first is due first.
 */
final class Quarantine {

  private static final int SMALLEST = 256;

  private int[] pairs = new int[SMALLEST];
  private long[] dueNanos = new long[SMALLEST];
  private int head;
  private int size;

  int size() {
    return size;
  }

  void add(int pair, long due) {
    if (size == pairs.length) {
      grow();
    }
    int at = index(size);
    pairs[at] = pair;
    dueNanos[at] = due;
    size++;
  }

  /** Takes one out that is due; -1 if none is. */
  int poll(long nowNanos) {
    if (size == 0 || nowNanos - dueNanos[head] < 0) {
      return -1;
    }
    int pair = pairs[head];
    head = index(1);
    size--;
    return pair;
  }

  void removeIf(IntPredicate which) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      int from = index(i);
      if (!which.test(pairs[from])) {
        int to = index(kept++);
        pairs[to] = pairs[from];
        dueNanos[to] = dueNanos[from];
      }
    }
    size = kept;
  }

  private void grow() {
    int[] biggerPairs = Arrays.copyOf(pairs, pairs.length * 2);
    long[] biggerDue = Arrays.copyOf(dueNanos, pairs.length * 2);
    for (int i = 0; i < size; i++) {
      biggerPairs[i] = pairs[index(i)];
      biggerDue[i] = dueNanos[index(i)];
    }
    pairs = biggerPairs;
    dueNanos = biggerDue;
    head = 0;
  }

  /** Lengths are powers of two. */
  private int index(int offset) {
    return (head + offset) & (pairs.length - 1);
  }
}
