package dev.shunt.scheduler.label;

import dev.shunt.replication.LabelBlock;
import java.util.BitSet;

/**
 * The pairs of one owned block, each in one state: free, out (with the kernel, in its queue or in a
 * session) or resting. The rest of them is what is in neither set.
 */
final class Pairs {

  private final int first;
  private final BitSet free = new BitSet(LabelBlock.PAIRS);
  private final BitSet out = new BitSet(LabelBlock.PAIRS);
  private int freeCount;
  private int outCount;
  private int cursor;

  Pairs(LabelBlock block) {
    first = block.firstPair();
  }

  int freeCount() {
    return freeCount;
  }

  int outCount() {
    return outCount;
  }

  boolean isOut(int pair) {
    return out.get(pair - first);
  }

  boolean isFree(int pair) {
    return free.get(pair - first);
  }

  /** From any state. */
  void free(int pair) {
    rest(pair);
    free.set(pair - first);
    freeCount++;
  }

  /** From any state. */
  void out(int pair) {
    rest(pair);
    out.set(pair - first);
    outCount++;
  }

  /** From any state. */
  void rest(int pair) {
    int at = pair - first;
    if (free.get(at)) {
      free.clear(at);
      freeCount--;
    }
    if (out.get(at)) {
      out.clear(at);
      outCount--;
    }
  }

  /** Gives a free pair out, the one that was least recently; there must be one. */
  int give() {
    int at = free.nextSetBit(cursor);
    if (at < 0) {
      at = free.nextSetBit(0);
    }
    cursor = at + 1;
    out(first + at);
    return first + at;
  }

  /** What is out, in order. */
  int[] allOut() {
    return out.stream().map(at -> first + at).toArray();
  }
}
