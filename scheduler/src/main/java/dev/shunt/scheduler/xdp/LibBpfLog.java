package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what libbpf would print on standard error to the log instead, at debug level. */
final class LibBpfLog {

  private static final Logger LOG = LoggerFactory.getLogger(LibBpfLog.class);
  private static final int LINE = 1024;

  private static final MethodHandle VSNPRINTF =
      Native.function(
          Native.LINKER.defaultLookup(),
          "vsnprintf",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));

  private static boolean installed;

  private LibBpfLog() {}

  /** Does so from now on, for the whole process. */
  static synchronized void install() {
    if (!installed) {
      LibBpf.setPrint(callback());
      installed = true;
    }
  }

  @SuppressWarnings("restricted") // libbpf's print hook is a function pointer.
  private static MemorySegment callback() {
    try {
      MethodHandle print =
          MethodHandles.lookup()
              .findStatic(
                  LibBpfLog.class,
                  "print",
                  MethodType.methodType(
                      int.class, int.class, MemorySegment.class, MemorySegment.class));
      return Native.LINKER.upcallStub(
          print, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS), Arena.global());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a method of this class", e);
    }
  }

  /** Called by libbpf. A va_list is passed by reference on all 64-bit systems that Java runs on. */
  @SuppressWarnings("unused") // by method handle
  private static int print(int level, MemorySegment format, MemorySegment arguments) {
    // An exception must not cross the border into C.
    try (Arena arena = Arena.ofConfined()) {
      if (LOG.isDebugEnabled()) {
        MemorySegment line = arena.allocate(LINE);
        int length =
            (int) VSNPRINTF.invokeExact(Native.state(), line, (long) LINE, format, arguments);
        if (length > 0) {
          LOG.debug("{}", line.getString(0).strip());
        }
      }
    } catch (Throwable t) {
      return 0;
    }
    return 0;
  }
}
