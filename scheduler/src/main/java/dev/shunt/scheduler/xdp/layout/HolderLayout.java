package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.MAC_BYTES;
import static dev.shunt.scheduler.xdp.layout.Fields.U32;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/** {@code struct holder}: who announced the scheduler's VIPs last. */
public final class HolderLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U32.withName("since"), Fields.bytes(MAC_BYTES, "mac"), Fields.bytes(2, "pad"))
          .withName("holder");

  /** {@code CONFIRM_SHIFT}: nanoseconds in a unit of time, as a power of two. */
  private static final int TIME_SHIFT = 20;

  private static final VarHandle SINCE = Fields.handle(LAYOUT, "since");

  private HolderLayout() {}

  /** Fills in a whole struct: from that time on it is nobody. */
  public static void setNobody(MemorySegment holder, long nanos) {
    holder.fill((byte) 0);
    int since = (int) (nanos >>> TIME_SHIFT);
    SINCE.set(holder, 0L, since == 0 ? 1 : since);
  }
}
