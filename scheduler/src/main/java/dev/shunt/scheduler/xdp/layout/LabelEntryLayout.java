package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.BE16;
import static dev.shunt.scheduler.xdp.layout.Fields.MAC_BYTES;
import static dev.shunt.scheduler.xdp.layout.Fields.U32;

import dev.shunt.scheduler.MacAddress;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** {@code struct label_entry}: a row of the label switching table. */
public final class LabelEntryLayout {

  /** {@code enum label_action}. */
  public enum Action {
    NONE,
    TO_STACK,
    TO_PORT
  }

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U32.withName("action"),
              U32.withName("target"),
              BE16.withName("ethertype"),
              Fields.bytes(MAC_BYTES, "mac"))
          .withName("label_entry");

  private static final VarHandle ACTION = Fields.handle(LAYOUT, "action");
  private static final VarHandle TARGET = Fields.handle(LAYOUT, "target");
  private static final VarHandle ETHERTYPE = Fields.handle(LAYOUT, "ethertype");
  private static final long MAC = Fields.offset(LAYOUT, "mac");

  private LabelEntryLayout() {}

  @SuppressWarnings("EnumOrdinal") // SharedLayouts holds the order against the program's.
  public static void set(
      MemorySegment entry, Action action, int targetIndex, int ethertype, MacAddress mac) {
    ACTION.set(entry, 0L, action.ordinal());
    TARGET.set(entry, 0L, targetIndex);
    ETHERTYPE.set(entry, 0L, (short) ethertype);
    MemorySegment.copy(mac.bytes(), 0, entry, ValueLayout.JAVA_BYTE, MAC, MAC_BYTES);
  }
}
