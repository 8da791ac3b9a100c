package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.U32;
import static dev.shunt.scheduler.xdp.layout.Fields.U64;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** {@code struct trace}: what became of one packet. */
public final class TraceLayout {

  /** {@code TRACE_HEAD}: bytes of a frame that a trace shows at most. */
  public static final int HEAD = 128;

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U64.withName("nanos"),
              U32.withName("outcome"),
              U32.withName("cpu"),
              U32.withName("length"),
              U32.withName("bytes"),
              U32.withName("round"),
              U32.withName("pad"),
              Fields.bytes(HEAD, "head"))
          .withName("trace");

  private static final VarHandle NANOS = Fields.handle(LAYOUT, "nanos");
  private static final VarHandle OUTCOME = Fields.handle(LAYOUT, "outcome");
  private static final VarHandle CPU = Fields.handle(LAYOUT, "cpu");
  private static final VarHandle LENGTH = Fields.handle(LAYOUT, "length");
  private static final VarHandle BYTES = Fields.handle(LAYOUT, "bytes");
  private static final VarHandle ROUND = Fields.handle(LAYOUT, "round");
  private static final long FIRST = Fields.offset(LAYOUT, "head");
  private static final Outcome[] OUTCOMES = Outcome.values();

  private TraceLayout() {}

  /** {@code CLOCK_MONOTONIC}, nanoseconds. */
  public static long nanos(MemorySegment trace) {
    return (long) NANOS.get(trace, 0L);
  }

  public static Outcome outcome(MemorySegment trace) {
    return OUTCOMES[(int) OUTCOME.get(trace, 0L)];
  }

  public static int cpu(MemorySegment trace) {
    return (int) CPU.get(trace, 0L);
  }

  /** Which trace asked for it. */
  public static int round(MemorySegment trace) {
    return (int) ROUND.get(trace, 0L);
  }

  /** Of the whole frame. */
  public static int length(MemorySegment trace) {
    return (int) LENGTH.get(trace, 0L);
  }

  /** A copy of the frame's first bytes. */
  public static byte[] head(MemorySegment trace) {
    int bytes = Math.clamp((int) BYTES.get(trace, 0L), 0, HEAD);
    return trace.asSlice(FIRST, bytes).toArray(ValueLayout.JAVA_BYTE);
  }
}
