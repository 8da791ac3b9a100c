package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.xdp.layout.VipFilterLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The kernel's tables of VIPs, and the filter before them. One thread at a time. */
final class VipTable {

  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  /** The scheduler has it. */
  private static final int SCHEDULERS = 0;

  private static final int PROTOCOL_SHIFT = 16;

  private final BpfMap vips4;
  private final BpfMap vips6;
  private final BpfMap filter;
  private final Map<InetAddress, Integer> written = new HashMap<>();

  /** With what an earlier process left. */
  VipTable(BpfMap vips4, BpfMap vips6, BpfMap filter) throws DataPlaneException {
    this.vips4 = vips4;
    this.vips6 = vips6;
    this.filter = filter;
    readBack(vips4, IPV4_BYTES);
    readBack(vips6, IPV6_BYTES);
  }

  private void readBack(BpfMap map, int bytes) throws DataPlaneException {
    map.scan((keys, key, values, value) ->
        written.put(
            address(keys.asSlice(key, bytes).toArray(JAVA_BYTE)), values.get(JAVA_INT, value)));
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  /** Makes them the VIPs of these services. */
  void write(Collection<Service> services) throws DataPlaneException {
    Map<InetAddress, Integer> wanted = values(services);
    try (Arena arena = Arena.ofConfined()) {
      Set<InetAddress> both = new HashSet<>(wanted.keySet());
      both.addAll(written.keySet());
      writeFilter(arena, both);
      for (InetAddress vip : List.copyOf(written.keySet())) {
        if (!wanted.containsKey(vip)) {
          map(vip).remove(networkOrder(arena, vip));
          written.remove(vip);
        }
      }
      for (Map.Entry<InetAddress, Integer> vip : wanted.entrySet()) {
        if (!vip.getValue().equals(written.get(vip.getKey()))) {
          map(vip.getKey())
              .put(networkOrder(arena, vip.getKey()), arena.allocateFrom(JAVA_INT, vip.getValue()));
          written.put(vip.getKey(), vip.getValue());
        }
      }
      writeFilter(arena, wanted.keySet());
    }
  }

  /**
   * The value of each VIP: see {@code vips4} in the program. Of a VIP's services that are
   * everyone's the first by protocol and port stands for it, the same on every member.
   */
  private static Map<InetAddress, Integer> values(Collection<Service> services) {
    Map<InetAddress, Integer> values = new HashMap<>();
    for (Service service : services) {
      int value =
          service.balance().everyone()
              ? (service.protocol().number() << PROTOCOL_SHIFT) | service.port()
              : SCHEDULERS;
      values.merge(service.vip().address(), value, Math::min);
    }
    return values;
  }

  private BpfMap map(InetAddress vip) {
    return vip instanceof Inet4Address ? vips4 : vips6;
  }

  private void writeFilter(Arena arena, Set<InetAddress> addresses) throws DataPlaneException {
    MemorySegment value = arena.allocate(VipFilterLayout.LAYOUT);
    addresses.forEach(address -> VipFilterLayout.add(value, address));
    filter.put(0, value);
  }

  private static MemorySegment networkOrder(Arena arena, InetAddress address) {
    return arena.allocateFrom(JAVA_BYTE, address.getAddress());
  }
}
