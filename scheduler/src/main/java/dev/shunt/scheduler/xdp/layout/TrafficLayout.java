package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.U64;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/** {@code struct traffic}: packets and bytes of a service or a target, on one CPU. */
public final class TrafficLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(U64.withName("packets"), U64.withName("bytes")).withName("traffic");

  private static final VarHandle PACKETS = Fields.handle(LAYOUT, "packets");
  private static final VarHandle BYTES = Fields.handle(LAYOUT, "bytes");

  private TrafficLayout() {}

  public static long packets(MemorySegment segment, long offset) {
    return (long) PACKETS.get(segment, offset);
  }

  public static long bytes(MemorySegment segment, long offset) {
    return (long) BYTES.get(segment, offset);
  }
}
