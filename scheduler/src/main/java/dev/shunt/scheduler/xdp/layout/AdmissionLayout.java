package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.U32;
import static dev.shunt.scheduler.xdp.layout.Fields.U64;

import dev.shunt.scheduler.Admission;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * {@code struct admission}: the limits of a service's new sessions, in memory that the program
 * reads and writes at the same time.
 */
public final class AdmissionLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U64.withName("sessions"),
              U64.withName("due"),
              U32.withName("max_sessions"),
              U32.withName("max_per_target"),
              U32.withName("rate"),
              U32.withName("burst"),
              U32.withName("shed"),
              U32.withName("max_response"),
              U32.withName("silent"),
              MemoryLayout.sequenceLayout(3, U32).withName("pad"),
              U64.withName("pad2"))
          .withName("admission");

  private static final VarHandle SESSIONS = Fields.handle(LAYOUT, "sessions");
  private static final VarHandle DUE = Fields.handle(LAYOUT, "due");
  private static final VarHandle MAX_SESSIONS = Fields.handle(LAYOUT, "max_sessions");
  private static final VarHandle MAX_PER_TARGET = Fields.handle(LAYOUT, "max_per_target");
  private static final VarHandle RATE = Fields.handle(LAYOUT, "rate");
  private static final VarHandle BURST = Fields.handle(LAYOUT, "burst");
  private static final VarHandle SHED = Fields.handle(LAYOUT, "shed");
  private static final VarHandle MAX_RESPONSE = Fields.handle(LAYOUT, "max_response");
  private static final VarHandle SILENT = Fields.handle(LAYOUT, "silent");

  private AdmissionLayout() {}

  /** Live sessions; now and then below zero until they are counted again. */
  public static long sessions(MemorySegment segment, long offset) {
    return (long) SESSIONS.getVolatile(segment, offset);
  }

  /** Atomic beside the program's own additions. */
  public static void addSessions(MemorySegment segment, long offset, long change) {
    var _ = (long) SESSIONS.getAndAdd(segment, offset, change);
  }

  public static int shed(MemorySegment segment, long offset) {
    return (int) SHED.getVolatile(segment, offset);
  }

  public static void setShed(MemorySegment segment, long offset, int share) {
    SHED.setVolatile(segment, offset, share);
  }

  /** The limits as they were set. */
  public static Admission get(MemorySegment segment, long offset) {
    return new Admission(
        (int) MAX_SESSIONS.get(segment, offset),
        (int) MAX_PER_TARGET.get(segment, offset),
        (int) RATE.get(segment, offset),
        // Of a service without limits it is zero.
        Math.max(1, (int) BURST.get(segment, offset)),
        Duration.ofMillis((int) MAX_RESPONSE.get(segment, offset)),
        (int) SILENT.get(segment, offset) != 0);
  }

  /** New limits: all may come at once again, and nothing is shed; what was counted stays. */
  public static void set(MemorySegment segment, long offset, Admission limits) {
    SHED.setVolatile(segment, offset, 0);
    DUE.setVolatile(segment, offset, 0L);
    SILENT.setVolatile(segment, offset, limits.silent() ? 1 : 0);
    BURST.setVolatile(segment, offset, limits.isLimited() ? limits.burst() : 0);
    RATE.setVolatile(segment, offset, limits.newSessionsPerSecond());
    MAX_PER_TARGET.setVolatile(segment, offset, limits.maxSessionsPerTarget());
    MAX_SESSIONS.setVolatile(segment, offset, limits.maxSessions());
    MAX_RESPONSE.setVolatile(segment, offset, (int) limits.maxResponseTime().toMillis());
  }
}
