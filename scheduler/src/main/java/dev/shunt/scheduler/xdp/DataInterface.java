package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * The network interface that the program runs on, as it is now.
 *
 * <p>Asked of the kernel by netdevice(7): {@link java.net.NetworkInterface} knows only interfaces
 * with an IP address.
 *
 * @param index the kernel's number for it
 * @param maxFrame the longest frame it sends, Ethernet header included, bytes
 */
record DataInterface(String name, int index, MacAddress mac, int maxFrame) {

  private static final int ETHERNET_HEADER = 14;

  /**
   * Bytes that a frame may be longer than the interface's MTU says. Linux drivers, veth and bridges
   * take a VLAN tag's four bytes beside the MTU, which is what a label needs.
   */
  private static final int MTU_SLACK = 4;

  private static final long SIOCGIFMTU = 0x8921;
  private static final long SIOCGIFHWADDR = 0x8927;
  private static final long SIOCGIFINDEX = 0x8933;

  /** {@code struct ifreq}: a name, then what is asked for. */
  private static final int REQUEST_BYTES = 40;

  private static final int NAME_BYTES = 16;
  private static final int ETHERNET = 1;
  private static final int MAC_BYTES = 6;

  /** The longest packet it sends, bytes. */
  int mtu() {
    return maxFrame - ETHERNET_HEADER - MTU_SLACK;
  }

  static DataInterface of(String name) throws DataPlaneException {
    String subject = "network interface " + name;
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    if (text.length == 0 || text.length >= NAME_BYTES) {
      throw new DataPlaneException(subject + ": a name has 1 to " + (NAME_BYTES - 1) + " bytes");
    }
    int socket = LibC.socket(LibC.AF_INET, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0);
    Native.check(socket, "opening", "a socket");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(REQUEST_BYTES, Long.BYTES);
      MemorySegment.copy(text, 0, request, JAVA_BYTE, 0, text.length);
      MemorySegment answer = request.asSlice(NAME_BYTES);
      Native.check(LibC.ioctl(socket, SIOCGIFINDEX, request), "reading", subject);
      int index = answer.get(JAVA_INT, 0);
      Native.check(LibC.ioctl(socket, SIOCGIFMTU, request), "reading the MTU of", subject);
      int mtu = answer.get(JAVA_INT, 0);
      Native.check(LibC.ioctl(socket, SIOCGIFHWADDR, request), "reading the address of", subject);
      if (answer.get(JAVA_SHORT, 0) != ETHERNET) {
        throw new DataPlaneException(subject + ": it is no Ethernet");
      }
      MacAddress mac = MacAddress.of(answer.asSlice(Short.BYTES, MAC_BYTES).toArray(JAVA_BYTE));
      return new DataInterface(name, index, mac, mtu + ETHERNET_HEADER + MTU_SLACK);
    } finally {
      LibC.close(socket);
    }
  }
}
