package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.BE32;
import static dev.shunt.scheduler.xdp.layout.Fields.MAC_BYTES;
import static dev.shunt.scheduler.xdp.layout.Fields.U32;
import static dev.shunt.scheduler.xdp.layout.Fields.U64;
import static dev.shunt.scheduler.xdp.layout.Fields.U8;

import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.edge.EdgeRole;
import dev.shunt.scheduler.edge.TunnelEnds;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;

/** {@code struct edge_config}: what holds for every packet at a label edge. */
public final class EdgeConfigLayout {

  private static final int IPV4_AND_TCP = 40;

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U32.withName("layout_version"),
              U32.withName("role"),
              U64.withName("fresh"),
              U32.withName("max_packet"),
              U32.withName("max_segment"),
              Fields.bytes(MAC_BYTES, "mac"),
              U8.withName("tunnels"),
              U8.withName("pad"),
              BE32.withName("own4"),
              Fields.words(4, "own6"),
              U32.withName("pad2"))
          .withName("edge_config");

  private static final VarHandle VERSION = Fields.handle(LAYOUT, "layout_version");
  private static final VarHandle ROLE = Fields.handle(LAYOUT, "role");
  private static final VarHandle FRESH = Fields.handle(LAYOUT, "fresh");
  private static final VarHandle MAX_PACKET = Fields.handle(LAYOUT, "max_packet");
  private static final VarHandle MAX_SEGMENT = Fields.handle(LAYOUT, "max_segment");
  private static final long MAC = Fields.offset(LAYOUT, "mac");
  private static final VarHandle TUNNELS = Fields.handle(LAYOUT, "tunnels");
  private static final long OWN4 = Fields.offset(LAYOUT, "own4");
  private static final long OWN6 = Fields.offset(LAYOUT, "own6");
  private static final EdgeRole[] ROLES = EdgeRole.values();

  private EdgeConfigLayout() {}

  /** Whether the program was ever told. */
  public static boolean isSet(MemorySegment config) {
    return (int) VERSION.get(config, 0L) != 0;
  }

  public static EdgeRole role(MemorySegment config) {
    return ROLES[(int) ROLE.get(config, 0L)];
  }

  public static Duration fresh(MemorySegment config) {
    return Duration.ofNanos((long) FRESH.get(config, 0L));
  }

  /**
   * Fills in a struct that is all zero.
   *
   * @param ends where labels in UDP are sent to
   * @param mtu of the interface, bytes
   */
  @SuppressWarnings("EnumOrdinal") // EdgeLayouts holds the order against the program's.
  public static void set(
      MemorySegment config,
      EdgeRole role,
      Duration fresh,
      TunnelEnds ends,
      int mtu,
      MacAddress mac) {
    VERSION.set(config, 0L, EdgeLayouts.VERSION);
    ROLE.set(config, 0L, role.ordinal());
    FRESH.set(config, 0L, fresh.toNanos());
    MAX_PACKET.set(config, 0L, mtu);
    MAX_SEGMENT.set(config, 0L, mtu - ends.overhead() - IPV4_AND_TCP);
    MemorySegment.copy(mac.bytes(), 0, config, ValueLayout.JAVA_BYTE, MAC, MAC_BYTES);
    TUNNELS.set(config, 0L, (byte) (ends.addresses().isEmpty() ? 0 : 1));
    for (InetAddress address : ends.addresses()) {
      Fields.setAddress(config, address instanceof Inet4Address ? OWN4 : OWN6, address);
    }
  }
}
