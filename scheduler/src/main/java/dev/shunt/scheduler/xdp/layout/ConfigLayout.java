package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.BE32;
import static dev.shunt.scheduler.xdp.layout.Fields.MAC_BYTES;
import static dev.shunt.scheduler.xdp.layout.Fields.U32;
import static dev.shunt.scheduler.xdp.layout.Fields.U8;

import dev.shunt.scheduler.MacAddress;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.net.InetAddress;

/** {@code struct config}: what holds for every packet. */
public final class ConfigLayout {

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(
              U32.withName("layout_version"),
              U32.withName("seed"),
              U32.withName("max_frame"),
              Fields.bytes(MAC_BYTES, "mac"),
              U8.withName("returns"),
              U8.withName("pad"),
              U32.withName("ifindex"),
              U32.withName("tracing"),
              U32.withName("tunnels"),
              BE32.withName("own4"),
              Fields.words(4, "own6"))
          .withName("config");

  private static final VarHandle VERSION = Fields.handle(LAYOUT, "layout_version");
  private static final VarHandle SEED = Fields.handle(LAYOUT, "seed");
  private static final VarHandle MAX_FRAME = Fields.handle(LAYOUT, "max_frame");
  private static final VarHandle RETURNS = Fields.handle(LAYOUT, "returns");
  private static final VarHandle IFINDEX = Fields.handle(LAYOUT, "ifindex");
  private static final VarHandle TRACING = Fields.handle(LAYOUT, "tracing");
  private static final VarHandle TUNNELS = Fields.handle(LAYOUT, "tunnels");
  private static final long MAC = Fields.offset(LAYOUT, "mac");
  private static final long OWN4 = Fields.offset(LAYOUT, "own4");
  private static final long OWN6 = Fields.offset(LAYOUT, "own6");

  private ConfigLayout() {}

  public static int version(MemorySegment config) {
    return (int) VERSION.get(config, 0L);
  }

  /** Whether answers of some service go back by label. */
  public static void setReturns(MemorySegment config, boolean returns) {
    RETURNS.set(config, 0L, (byte) (returns ? 1 : 0));
  }

  /** The Ethernet address of the interface. */
  public static MacAddress mac(MemorySegment config) {
    return MacAddress.of(config.asSlice(MAC, MAC_BYTES).toArray(ValueLayout.JAVA_BYTE));
  }

  public static int tracing(MemorySegment config) {
    return (int) TRACING.get(config, 0L);
  }

  /** The round of the trace that runs; 0: none does. */
  public static void setTracing(MemorySegment config, int round) {
    TRACING.set(config, 0L, round);
  }

  /** Fills in all but the ends of tunnels, in a struct that is all zero; nothing is traced. */
  public static void set(
      MemorySegment config, int version, int seed, int maxFrame, MacAddress mac, int ifindex) {
    VERSION.set(config, 0L, version);
    SEED.set(config, 0L, seed);
    MAX_FRAME.set(config, 0L, maxFrame);
    MemorySegment.copy(mac.bytes(), 0, config, ValueLayout.JAVA_BYTE, MAC, MAC_BYTES);
    IFINDEX.set(config, 0L, ifindex);
    TRACING.set(config, 0L, 0);
  }

  /** An address where this machine's tunnels end; one of each IP version may be set. */
  public static void setTunnelEnd(MemorySegment config, InetAddress address) {
    TUNNELS.set(config, 0L, 1);
    Fields.setAddress(config, address instanceof Inet4Address ? OWN4 : OWN6, address);
  }
}
