package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.U32;

import dev.shunt.scheduler.SessionEvent;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/** {@code struct session_event}: one record of the ring buffer. */
public final class EventLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              Flow6Layout.LAYOUT.withName("flow"),
              U32.withName("target"),
              U32.withName("kind"),
              U32.withName("label"),
              Fields.bytes(Fields.MAC_BYTES, "client_mac"),
              Fields.U8.withName("flags"),
              Fields.U8.withName("pad"))
          .withName("session_event");

  private static final VarHandle TARGET = Fields.handle(LAYOUT, "target");
  private static final VarHandle KIND = Fields.handle(LAYOUT, "kind");
  private static final long FLOW = Fields.offset(LAYOUT, "flow");
  private static final SessionSide SIDE = new SessionSide(LAYOUT);
  private static final SessionEvent.Kind[] KINDS = SessionEvent.Kind.values();

  private EventLayout() {}

  public static SessionEvent get(MemorySegment event) {
    return new SessionEvent(
        KINDS[(int) KIND.get(event, 0L)],
        Flow6Layout.get(event, FLOW),
        (int) TARGET.get(event, 0L),
        SIDE.get(event, 0));
  }
}
