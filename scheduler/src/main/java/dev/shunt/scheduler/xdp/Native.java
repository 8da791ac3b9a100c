package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/** What all calls into native libraries have in common: linking, errno, error messages. */
final class Native {

  static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  /** One errno buffer per thread, so that calls allocate nothing. */
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private Native() {}

  /** A function that takes {@link #state()} before its own arguments and leaves errno there. */
  @SuppressWarnings("restricted") // Calling native code is what this package is for.
  static MethodHandle function(
      SymbolLookup library, String name, FunctionDescriptor type, Linker.Option... options) {
    MemorySegment symbol =
        library
            .find(name)
            .orElseThrow(() -> new UnsatisfiedLinkError("the library has no function " + name));
    Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(symbol, type, all);
  }

  /** Where the calling thread's errno is put. */
  static MemorySegment state() {
    return CAPTURED.get();
  }

  /** Errno as the calling thread's last call left it. */
  static int errno() {
    return (int) ERRNO.get(state(), 0L);
  }

  /**
   * Passes on a result that is not negative.
   *
   * @throws DataPlaneException naming operation, subject and errno, if it is
   */
  static int check(int result, String operation, String subject) throws DataPlaneException {
    if (result < 0) {
      throw failure(operation, subject, errno());
    }
    return result;
  }

  static DataPlaneException failure(String operation, String subject, int errno) {
    return new DataPlaneException(
        "%s %s: %s (errno %d)".formatted(operation, subject, LibC.strerror(errno), errno));
  }

  /** What a method handle of a function that throws nothing cannot throw. */
  static AssertionError unexpected(Throwable cause) {
    return new AssertionError("a native call threw", cause);
  }
}
