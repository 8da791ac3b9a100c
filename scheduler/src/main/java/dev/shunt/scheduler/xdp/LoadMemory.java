package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The map of live sessions by target as memory shared with the kernel, which counts in it at the
 * same time.
 */
final class LoadMemory implements AutoCloseable {

  private static final long PAGE = 4096;
  private static final VarHandle COUNT = JAVA_LONG.varHandle();

  private final MemorySegment memory;

  LoadMemory(BpfMap load) throws DataPlaneException {
    long bytes = ((long) load.maxEntries() * Long.BYTES + PAGE - 1) / PAGE * PAGE;
    memory = LibC.mmap(load.fd(), bytes);
    if (memory.equals(MemorySegment.NULL)) {
      throw Native.failure("mapping into memory the map", load.name(), Native.errno());
    }
  }

  long get(int slot) {
    return (long) COUNT.getVolatile(memory, (long) slot * Long.BYTES);
  }

  /** Atomic beside the kernel's own additions. */
  void add(int slot, long change) {
    var _ = (long) COUNT.getAndAdd(memory, (long) slot * Long.BYTES, change);
  }

  @Override
  public void close() {
    LibC.munmap(memory);
  }
}
