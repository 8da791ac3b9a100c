package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.BE16;
import static dev.shunt.scheduler.xdp.layout.Fields.BE32;
import static dev.shunt.scheduler.xdp.layout.Fields.U8;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/** {@code struct service_key}: VIP, port and protocol. */
public final class ServiceKeyLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              BE32.withName("vip"),
              BE16.withName("port"),
              U8.withName("protocol"),
              U8.withName("pad"))
          .withName("service_key");

  private static final VarHandle VIP = Fields.handle(LAYOUT, "vip");
  private static final VarHandle PORT = Fields.handle(LAYOUT, "port");
  private static final VarHandle PROTOCOL = Fields.handle(LAYOUT, "protocol");

  private ServiceKeyLayout() {}

  public static int vip(MemorySegment key) {
    return (int) VIP.get(key, 0L);
  }

  public static int port(MemorySegment key) {
    return Short.toUnsignedInt((short) PORT.get(key, 0L));
  }

  public static int protocol(MemorySegment key) {
    return Byte.toUnsignedInt((byte) PROTOCOL.get(key, 0L));
  }

  public static void set(MemorySegment key, int vip, int port, int protocol) {
    VIP.set(key, 0L, vip);
    PORT.set(key, 0L, (short) port);
    PROTOCOL.set(key, 0L, (byte) protocol);
  }
}
