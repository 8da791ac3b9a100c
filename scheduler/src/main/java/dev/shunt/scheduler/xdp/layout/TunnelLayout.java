package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.MAC_BYTES;
import static dev.shunt.scheduler.xdp.layout.Fields.U16;
import static dev.shunt.scheduler.xdp.layout.Fields.U32;
import static dev.shunt.scheduler.xdp.layout.Fields.U64;

import dev.shunt.scheduler.MacAddress;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.net.InetAddress;

/** {@code struct tunnel}: MPLS in UDP to a target. */
public final class TunnelLayout {

  private static final int ADDRESS_WORDS = 4;

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              Fields.words(ADDRESS_WORDS, "to"),
              U32.withName("version"),
              U32.withName("mtu"),
              U64.withName("since"),
              Fields.bytes(MAC_BYTES, "mac"),
              U16.withName("same"))
          .withName("tunnel");

  private static final VarHandle VERSION = Fields.handle(LAYOUT, "version");
  private static final VarHandle SAME = Fields.handle(LAYOUT, "same");
  private static final VarHandle MTU = Fields.handle(LAYOUT, "mtu");
  private static final long TO = Fields.offset(LAYOUT, "to");
  private static final long MAC = Fields.offset(LAYOUT, "mac");

  private TunnelLayout() {}

  /**
   * Fills in a struct that is all zero.
   *
   * @param same index of the first tunnel to this address, this one or another
   */
  public static void set(MemorySegment tunnel, InetAddress to, MacAddress nextHop, int same) {
    Fields.setAddress(tunnel, TO, to);
    SAME.set(tunnel, 0L, (short) same);
    VERSION.set(tunnel, 0L, to instanceof Inet4Address ? 4 : 6);
    MemorySegment.copy(nextHop.bytes(), 0, tunnel, ValueLayout.JAVA_BYTE, MAC, MAC_BYTES);
  }

  /** The longest outer packet that a router said it takes; 0 if none did. */
  public static int mtu(MemorySegment tunnel) {
    return (int) MTU.get(tunnel, 0L);
  }
}
