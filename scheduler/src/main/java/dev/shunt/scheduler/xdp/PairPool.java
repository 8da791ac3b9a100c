package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.layout.Aside;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/** The kernel's queue of free pairs of session labels. Used by one thread. */
final class PairPool {

  private final BpfMap queue;
  private final Counters counters;
  private int offered;
  private long takenBefore;

  PairPool(KernelProgram kernel, Counters counters) {
    this.queue = kernel.labelPool;
    this.counters = counters;
  }

  /** How many of the pairs, from the first on, found room. */
  int offer(int[] pairs) throws DataPlaneException {
    int accepted = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      for (int pair : pairs) {
        value.set(JAVA_INT, 0, pair);
        if (!queue.push(value)) {
          break;
        }
        accepted++;
      }
    }
    offered += accepted;
    return accepted;
  }

  int[] drain() throws DataPlaneException {
    IntStream.Builder pairs = IntStream.builder();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      while (queue.take(MemorySegment.NULL, value)) {
        pairs.add(value.get(JAVA_INT, 0));
      }
    }
    offered = 0;
    takenBefore = taken();
    return pairs.build().toArray();
  }

  /** By what was taken, because a queue does not tell its length. */
  int free() throws DataPlaneException {
    return Math.clamp(offered - (taken() - takenBefore), 0, XdpConfig.POOL_PAIRS);
  }

  private long taken() throws DataPlaneException {
    return counters.aside(Aside.PAIR_TAKEN) - counters.aside(Aside.PAIR_RETURNED);
  }
}
