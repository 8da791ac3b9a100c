package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shunt.scheduler.DataPlaneException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/** The map of dispatch rows as memory shared with the kernel: a row is written without a call. */
final class RowMemory implements AutoCloseable {

  /** The kernel rounds the elements of an array up to eight bytes. */
  private static final int STRIDE = 8;

  private static final long PAGE = 4096;

  private final MemorySegment memory;

  RowMemory(BpfMap rows) throws DataPlaneException {
    long bytes = ((long) rows.maxEntries() * STRIDE + PAGE - 1) / PAGE * PAGE;
    memory = LibC.mmap(rows.fd(), bytes);
    if (memory.equals(MemorySegment.NULL)) {
      throw Native.failure("mapping into memory the map", rows.name(), Native.errno());
    }
  }

  /** Writes a row that no service points to; it is there before what this thread does next. */
  void write(int base, int[] labels) {
    long at = (long) base * STRIDE;
    for (int label : labels) {
      memory.set(JAVA_INT, at, label);
      at += STRIDE;
    }
    VarHandle.releaseFence();
  }

  int[] read(int base, int size) {
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = memory.get(JAVA_INT, (long) (base + i) * STRIDE);
    }
    return labels;
  }

  @Override
  public void close() {
    LibC.munmap(memory);
  }
}
