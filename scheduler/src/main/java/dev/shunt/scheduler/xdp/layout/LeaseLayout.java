package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.U64;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/** {@code struct lease}: until when the program answers for VIPs, or takes its share of them. */
public final class LeaseLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(U64.withName("deadline"), U64.withName("term")).withName("lease");

  private static final VarHandle DEADLINE = Fields.handle(LAYOUT, "deadline");
  private static final VarHandle TERM = Fields.handle(LAYOUT, "term");

  private LeaseLayout() {}

  /**
   * @param deadline {@code CLOCK_MONOTONIC}, nanoseconds
   */
  public static void set(MemorySegment lease, long deadline, long term) {
    DEADLINE.set(lease, 0L, deadline);
    TERM.set(lease, 0L, term);
  }
}
