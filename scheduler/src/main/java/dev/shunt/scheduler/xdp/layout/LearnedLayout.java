package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.MAC_BYTES;
import static dev.shunt.scheduler.xdp.layout.Fields.U32;
import static dev.shunt.scheduler.xdp.layout.Fields.U64;
import static dev.shunt.scheduler.xdp.layout.Fields.U8;

import dev.shunt.replication.Flow;
import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.edge.LearnedLabel;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.stream.Stream;

/** {@code struct learned}: a label that a flow is sent with. */
public final class LearnedLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U64.withName("last_seen"),
              U64.withName("received"),
              U64.withName("sent"),
              U32.withName("label"),
              Fields.bytes(MAC_BYTES, "mac"),
              U8.withName("closed"),
              U8.withName("direct"),
              U32.withName("vlans"))
          .withName("learned");

  private static final VarHandle LAST_SEEN = Fields.handle(LAYOUT, "last_seen");
  private static final VarHandle RECEIVED = Fields.handle(LAYOUT, "received");
  private static final VarHandle SENT = Fields.handle(LAYOUT, "sent");
  private static final VarHandle LABEL = Fields.handle(LAYOUT, "label");
  private static final VarHandle CLOSED = Fields.handle(LAYOUT, "closed");
  private static final VarHandle DIRECT = Fields.handle(LAYOUT, "direct");
  private static final VarHandle VLANS = Fields.handle(LAYOUT, "vlans");
  private static final long MAC = Fields.offset(LAYOUT, "mac");

  private static final int VLAN_BITS = 16;
  private static final int VLAN_MASK = 0xfff;

  private LearnedLayout() {}

  /** {@code CLOCK_MONOTONIC}, nanoseconds. */
  public static long lastSeen(MemorySegment segment, long offset) {
    return (long) LAST_SEEN.get(segment, offset);
  }

  private static List<Integer> vlans(int packed) {
    return Stream.of(packed >>> VLAN_BITS, packed & VLAN_MASK).filter(vlan -> vlan != 0).toList();
  }

  /**
   * @param now of the clock that last_seen is of
   */
  public static LearnedLabel get(Flow flow, MemorySegment segment, long offset, long now) {
    return new LearnedLabel(
        flow,
        (int) LABEL.get(segment, offset),
        MacAddress.of(segment.asSlice(offset + MAC, MAC_BYTES).toArray(ValueLayout.JAVA_BYTE)),
        (long) RECEIVED.get(segment, offset),
        (long) SENT.get(segment, offset),
        (byte) CLOSED.get(segment, offset) != 0,
        vlans((int) VLANS.get(segment, offset)),
        (byte) DIRECT.get(segment, offset) != 0 ? Encap.UDP : Encap.ETHERNET,
        // The kernel's coarse clock may lag or a packet have come since.
        Math.max(0, now - lastSeen(segment, offset)));
  }
}
