package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Keeps the calling thread on the CPU that it is on, so that per-CPU tables are one table. */
final class OneCpu implements AutoCloseable {

  private static final int MASK_BYTES = 128;
  private static final MethodHandle GET = mask("sched_getaffinity");
  private static final MethodHandle SET = mask("sched_setaffinity");
  private static final MethodHandle CPU =
      Native.function(
          Native.LINKER.defaultLookup(), "sched_getcpu", FunctionDescriptor.of(JAVA_INT));

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment before = arena.allocate(MASK_BYTES, Long.BYTES);

  private OneCpu() {}

  static OneCpu hold() throws DataPlaneException {
    OneCpu held = new OneCpu();
    try {
      int cpu = (int) CPU.invokeExact(Native.state());
      Native.check(call(GET, held.before), "reading the CPUs of", "a thread");
      MemorySegment one = held.arena.allocate(MASK_BYTES, Long.BYTES);
      one.setAtIndex(JAVA_LONG, cpu / Long.SIZE, 1L << (cpu % Long.SIZE));
      Native.check(call(SET, one), "choosing the CPU of", "a thread");
      return held;
    } catch (DataPlaneException e) {
      held.arena.close();
      throw e;
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  private static MethodHandle mask(String name) {
    return Native.function(
        Native.LINKER.defaultLookup(),
        name,
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
  }

  private static int call(MethodHandle function, MemorySegment mask) {
    try {
      return (int) function.invokeExact(Native.state(), 0, (long) MASK_BYTES, mask);
    } catch (Throwable t) {
      throw Native.unexpected(t);
    }
  }

  @Override
  public void close() {
    call(SET, before);
    arena.close();
  }
}
