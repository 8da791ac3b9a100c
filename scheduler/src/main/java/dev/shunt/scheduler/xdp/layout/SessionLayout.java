package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.U32;
import static dev.shunt.scheduler.xdp.layout.Fields.U64;

import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/** {@code struct session}: what the kernel knows of a session. */
public final class SessionLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U64.withName("last_seen"),
              U64.withName("packets"),
              U32.withName("target"),
              U32.withName("state"),
              U32.withName("service"),
              U32.withName("label"),
              Fields.bytes(Fields.MAC_BYTES, "client_mac"),
              Fields.U8.withName("flags"),
              Fields.U8.withName("pad"))
          .withName("session");

  private static final VarHandle LAST_SEEN = Fields.handle(LAYOUT, "last_seen");
  private static final VarHandle PACKETS = Fields.handle(LAYOUT, "packets");
  private static final VarHandle TARGET = Fields.handle(LAYOUT, "target");
  private static final VarHandle STATE = Fields.handle(LAYOUT, "state");
  private static final VarHandle SERVICE = Fields.handle(LAYOUT, "service");
  private static final SessionSide SIDE = new SessionSide(LAYOUT);
  private static final SessionState[] STATES = SessionState.values();

  private SessionLayout() {}

  /** {@code CLOCK_MONOTONIC}, nanoseconds. */
  public static long lastSeen(MemorySegment segment, long offset) {
    return (long) LAST_SEEN.get(segment, offset);
  }

  public static long packets(MemorySegment segment, long offset) {
    return (long) PACKETS.get(segment, offset);
  }

  /** The target's label. */
  public static int target(MemorySegment segment, long offset) {
    return (int) TARGET.get(segment, offset);
  }

  public static SessionState state(MemorySegment segment, long offset) {
    return STATES[(int) STATE.get(segment, offset)];
  }

  /** The index of its service's counters, plus 1; 0: the next packet will look it up. */
  public static int service(MemorySegment segment, long offset) {
    return (int) SERVICE.get(segment, offset);
  }

  public static SessionLabel label(MemorySegment segment, long offset) {
    return SIDE.get(segment, offset);
  }

  /** A session as another member tells it: the kernel finds its service at its next packet. */
  @SuppressWarnings("EnumOrdinal") // SharedLayouts holds the order against the program's.
  public static void set(MemorySegment segment, long offset, long lastSeen, Session session) {
    LAST_SEEN.set(segment, offset, lastSeen);
    PACKETS.set(segment, offset, 0L);
    TARGET.set(segment, offset, session.target());
    STATE.set(segment, offset, session.state().ordinal());
    SERVICE.set(segment, offset, 0);
    SIDE.set(segment, offset, session.label());
  }
}
