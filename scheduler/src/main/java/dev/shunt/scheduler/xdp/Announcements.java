package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.shunt.replication.AddressText;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Map;

/** Tells the network where VIPs are, by a raw socket: no kernel's stack would do it for us. */
final class Announcements {

  private Announcements() {}

  /**
   * Sends one announcement for each address.
   *
   * @param mac whose frames they are
   * @param addresses where each address is
   */
  static void send(int interfaceIndex, MacAddress mac, Map<InetAddress, MacAddress> addresses)
      throws DataPlaneException {
    // Protocol 0: this socket only sends, it shall not collect what comes in.
    int socket = LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
    Native.check(socket, "opening", "a packet socket");
    try (Arena arena = Arena.ofConfined()) {
      for (Map.Entry<InetAddress, MacAddress> announced : addresses.entrySet()) {
        InetAddress address = announced.getKey();
        byte[] bytes = frame(mac, announced.getValue(), address);
        MemorySegment to = arena.allocateFrom(JAVA_BYTE, LinkAddress.of(interfaceIndex, bytes));
        MemorySegment frame = arena.allocateFrom(JAVA_BYTE, bytes);
        String subject = AddressText.of(address);
        Native.check(LibC.sendto(socket, frame, to), "announcing", subject);
      }
    } finally {
      LibC.close(socket);
    }
  }

  private static byte[] frame(MacAddress mac, MacAddress at, InetAddress address) {
    return address instanceof Inet4Address
        ? GratuitousArp.frame(mac, at, address)
        : UnsolicitedAdvertisement.frame(mac, at, address);
  }
}
