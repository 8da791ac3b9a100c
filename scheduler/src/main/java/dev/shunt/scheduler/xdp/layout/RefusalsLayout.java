package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.U64;

import dev.shunt.scheduler.Refusal;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** {@code struct refusals}: new sessions of a service that were refused, on one CPU. */
public final class RefusalsLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              MemoryLayout.sequenceLayout(Refusal.values().length, U64).withName("reasons"))
          .withName("refusals");

  private RefusalsLayout() {}

  @SuppressWarnings("EnumOrdinal") // SharedLayouts holds the order against the program's.
  public static long count(MemorySegment segment, long offset, Refusal reason) {
    return segment.get(U64, offset + reason.ordinal() * U64.byteSize());
  }
}
