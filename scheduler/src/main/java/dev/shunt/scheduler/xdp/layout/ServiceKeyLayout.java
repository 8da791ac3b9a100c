package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.BE16;
import static dev.shunt.scheduler.xdp.layout.Fields.U8;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.net.InetAddress;

/** {@code struct service_key4} and {@code service_key6}: VIP, port and protocol. */
public final class ServiceKeyLayout {

  public static final ServiceKeyLayout IPV4 =
      new ServiceKeyLayout("service_key4", Fields.BE32.withName("vip"), 4);
  public static final ServiceKeyLayout IPV6 =
      new ServiceKeyLayout("service_key6", Fields.words(4, "vip"), 16);

  private final StructLayout layout;
  private final int addressBytes;
  private final VarHandle port;
  private final VarHandle protocol;

  private ServiceKeyLayout(String name, MemoryLayout vip, int addressBytes) {
    layout =
        MemoryLayout.structLayout(
                vip, BE16.withName("port"), U8.withName("protocol"), U8.withName("pad"))
            .withName(name);
    this.addressBytes = addressBytes;
    port = Fields.handle(layout, "port");
    protocol = Fields.handle(layout, "protocol");
  }

  public static ServiceKeyLayout of(InetAddress vip) {
    return vip instanceof Inet4Address ? IPV4 : IPV6;
  }

  public StructLayout layout() {
    return layout;
  }

  public int addressBytes() {
    return addressBytes;
  }

  public InetAddress vip(MemorySegment key) {
    return Fields.address(key, 0, addressBytes);
  }

  public int port(MemorySegment key) {
    return Short.toUnsignedInt((short) port.get(key, 0L));
  }

  public int protocol(MemorySegment key) {
    return Byte.toUnsignedInt((byte) protocol.get(key, 0L));
  }

  /** The address is of this layout's family. */
  public void set(MemorySegment key, InetAddress vip, int portNumber, int protocolNumber) {
    Fields.setAddress(key, 0, vip);
    port.set(key, 0L, (short) portNumber);
    protocol.set(key, 0L, (byte) protocolNumber);
  }
}
