package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.BE16;
import static dev.shunt.scheduler.xdp.layout.Fields.MAC_BYTES;
import static dev.shunt.scheduler.xdp.layout.Fields.U32;

import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.MacAddress;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** {@code struct label_entry}: a row of the label switching table. */
public final class LabelEntryLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U32.withName("action"),
              U32.withName("target"),
              BE16.withName("ethertype"),
              Fields.bytes(MAC_BYTES, "mac"),
              U32.withName("ifindex"),
              U32.withName("owner"),
              U32.withName("packets"),
              U32.withName("confirmed"))
          .withName("label_entry");

  private static final VarHandle ACTION = Fields.handle(LAYOUT, "action");
  private static final VarHandle TARGET = Fields.handle(LAYOUT, "target");
  private static final VarHandle ETHERTYPE = Fields.handle(LAYOUT, "ethertype");
  private static final VarHandle IFINDEX = Fields.handle(LAYOUT, "ifindex");
  private static final VarHandle OWNER = Fields.handle(LAYOUT, "owner");
  private static final VarHandle PACKETS = Fields.handle(LAYOUT, "packets");
  private static final VarHandle CONFIRMED = Fields.handle(LAYOUT, "confirmed");
  private static final long MAC = Fields.offset(LAYOUT, "mac");
  private static final LabelAction[] ACTIONS = LabelAction.values();

  private LabelEntryLayout() {}

  public static LabelAction action(MemorySegment segment, long offset) {
    return ACTIONS[(int) ACTION.getAcquire(segment, offset)];
  }

  /** What the entry does from now on; all else is there before. */
  @SuppressWarnings("EnumOrdinal") // SharedLayouts holds the order against the program's.
  public static void setAction(MemorySegment segment, long offset, LabelAction action) {
    ACTION.setRelease(segment, offset, action.ordinal());
  }

  /** The target's slot. */
  public static int target(MemorySegment segment, long offset) {
    return (int) TARGET.get(segment, offset);
  }

  public static MacAddress mac(MemorySegment segment, long offset) {
    return MacAddress.of(segment.asSlice(offset + MAC, MAC_BYTES).toArray(ValueLayout.JAVA_BYTE));
  }

  public static int ifindex(MemorySegment segment, long offset) {
    return (int) IFINDEX.get(segment, offset);
  }

  public static int owner(MemorySegment segment, long offset) {
    return (int) OWNER.get(segment, offset);
  }

  public static int packets(MemorySegment segment, long offset) {
    return (int) PACKETS.getOpaque(segment, offset);
  }

  /** Everything but the action. */
  public static void set(
      MemorySegment segment,
      long offset,
      int slot,
      int ethertype,
      MacAddress mac,
      int ifindex,
      int owner) {
    TARGET.set(segment, offset, slot);
    ETHERTYPE.set(segment, offset, (short) ethertype);
    MemorySegment.copy(mac.bytes(), 0, segment, ValueLayout.JAVA_BYTE, offset + MAC, MAC_BYTES);
    CONFIRMED.set(segment, offset, 0);
    IFINDEX.set(segment, offset, ifindex);
    OWNER.set(segment, offset, owner);
  }
}
