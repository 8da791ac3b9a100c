package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.MAC_BYTES;
import static dev.shunt.scheduler.xdp.layout.Fields.U32;

import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** {@code struct target}: how a target is reached and what it takes. */
public final class TargetLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U32.withName("label"),
              U32.withName("state"),
              U32.withName("local"),
              U32.withName("plain"),
              U32.withName("tunnel"),
              U32.withName("weight"),
              Fields.bytes(MAC_BYTES, "mac"),
              Fields.bytes(2, "pad"))
          .withName("target");

  /** {@code TARGET_ABSENT}, which follows the states that a target can have. */
  private static final int ABSENT = TargetState.values().length;

  private static final VarHandle LABEL = Fields.handle(LAYOUT, "label");
  private static final VarHandle STATE = Fields.handle(LAYOUT, "state");
  private static final VarHandle LOCAL = Fields.handle(LAYOUT, "local");
  private static final VarHandle PLAIN = Fields.handle(LAYOUT, "plain");
  private static final VarHandle TUNNEL = Fields.handle(LAYOUT, "tunnel");
  private static final VarHandle WEIGHT = Fields.handle(LAYOUT, "weight");
  private static final long MAC = Fields.offset(LAYOUT, "mac");

  private TargetLayout() {}

  public static int label(MemorySegment target) {
    return (int) LABEL.get(target, 0L);
  }

  /** Whether the slot holds a target. */
  public static boolean isPresent(MemorySegment target) {
    return label(target) != 0 && (int) STATE.get(target, 0L) != ABSENT;
  }

  @SuppressWarnings("EnumOrdinal") // SharedLayouts holds the order against the program's.
  public static void set(MemorySegment segment, Target target) {
    set(segment, target.label(), target.state().ordinal(), target.mac());
    LOCAL.set(segment, 0L, target.local() ? 1 : 0);
    PLAIN.set(segment, 0L, target.labelled() ? 0 : 1);
    TUNNEL.set(segment, 0L, target.tunnelled() ? 1 : 0);
    WEIGHT.set(segment, 0L, target.weight());
  }

  /** A slot whose target is no more. */
  public static void setAbsent(MemorySegment target, int label) {
    set(target, label, ABSENT, new MacAddress(0));
    LOCAL.set(target, 0L, 0);
    PLAIN.set(target, 0L, 0);
    TUNNEL.set(target, 0L, 0);
    WEIGHT.set(target, 0L, 1);
  }

  private static void set(MemorySegment target, int label, int state, MacAddress mac) {
    LABEL.set(target, 0L, label);
    STATE.set(target, 0L, state);
    MemorySegment.copy(mac.bytes(), 0, target, ValueLayout.JAVA_BYTE, MAC, MAC_BYTES);
  }
}
