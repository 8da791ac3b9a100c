package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.DataPlaneException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/**
 * A program's place at the ingress or egress of an interface: a filter of its clsact qdisc
 * (tc-bpf(8)).
 *
 * <p>It is held by the interface and so outlives the process with no pin.
 */
final class TcHook {

  /** Which way packets go that it sees, {@code enum bpf_tc_attach_point}. */
  enum Point {
    INGRESS(1),
    EGRESS(1 << 1);

    private final int bits;

    Point(int bits) {
      this.bits = bits;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** {@code BPF_TC_F_REPLACE}: takes the place of the filter that is there, between two packets. */
  private static final int REPLACE = 1;

  /**
   * Which filter is ours: late, because what others have there shall see the packet without its
   * label, and what others drop needs no connection.
   */
  private static final int PRIORITY = 50_000;

  /** Before that one, where there are two. */
  private static final int EARLIER = PRIORITY - 1;

  private static final int HANDLE = 1;

  /** {@code struct bpf_tc_hook}: its size, the interface, the attach point, parent. */
  private static final int HOOK_BYTES = 24;

  private static final int HOOK_INTERFACE = 8;
  private static final int HOOK_POINT = 12;

  /** {@code struct bpf_tc_opts}: its size, program, flags, program's id, handle, priority. */
  private static final int OPTIONS_BYTES = 32;

  private static final int OPTION_PROGRAM = 8;
  private static final int OPTION_FLAGS = 12;
  private static final int OPTION_HANDLE = 20;
  private static final int OPTION_PRIORITY = 24;

  private final String interfaceName;
  private final int interfaceIndex;

  private final Point point;
  private final int priority;

  TcHook(String interfaceName, int interfaceIndex, Point point) {
    this(interfaceName, interfaceIndex, point, PRIORITY);
  }

  private TcHook(String interfaceName, int interfaceIndex, Point point, int priority) {
    this.interfaceName = interfaceName;
    this.interfaceIndex = interfaceIndex;
    this.point = point;
    this.priority = priority;
  }

  /** The place before this one. */
  TcHook earlier() {
    return new TcHook(interfaceName, interfaceIndex, point, EARLIER);
  }

  /** Puts a program there, in the place of an earlier one of ours. */
  void attach(int program) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment hook = hook(arena);
      if (LibBpf.tcHookCreate(hook) < 0 && Native.errno() != LibC.EEXIST) {
        throw Native.failure("adding a clsact qdisc to interface", interfaceName, Native.errno());
      }
      MemorySegment options = options(arena);
      options.set(JAVA_INT, OPTION_PROGRAM, program);
      options.set(JAVA_INT, OPTION_FLAGS, REPLACE);
      Native.check(
          LibBpf.tcAttach(hook, options),
          "attaching the " + point + " program to interface",
          interfaceName);
    }
  }

  /**
   * Takes it away. The qdisc stays, which does nothing by itself and may be used by others.
   *
   * @return whether there was one
   */
  boolean detach() throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      int result = LibBpf.tcDetach(hook(arena), options(arena));
      if (result < 0 && (Native.errno() == LibC.ENOENT || Native.errno() == LibC.EINVAL)) {
        return false;
      }
      Native.check(result, "detaching the " + point + " program from interface", interfaceName);
      return true;
    }
  }

  private MemorySegment hook(Arena arena) {
    MemorySegment hook = arena.allocate(HOOK_BYTES, Long.BYTES);
    hook.set(JAVA_LONG, 0, HOOK_BYTES);
    hook.set(JAVA_INT, HOOK_INTERFACE, interfaceIndex);
    hook.set(JAVA_INT, HOOK_POINT, point.bits);
    return hook;
  }

  private MemorySegment options(Arena arena) {
    MemorySegment options = arena.allocate(OPTIONS_BYTES, Long.BYTES);
    options.set(JAVA_LONG, 0, OPTIONS_BYTES);
    options.set(JAVA_INT, OPTION_HANDLE, HANDLE);
    options.set(JAVA_INT, OPTION_PRIORITY, priority);
    return options;
  }
}
