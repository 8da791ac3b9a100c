package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.shunt.replication.AddressText;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** Tells the network where VIPs are, by a raw socket: no kernel's stack would do it for us. */
final class Announcements {

  private static final int DESTINATION_BYTES = 6;
  private static final int ETHERTYPE_OFFSET = 12;

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
        MemorySegment to = arena.allocateFrom(JAVA_BYTE, linkAddress(interfaceIndex, bytes));
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

  /** {@code struct sockaddr_ll}, to where the frame goes. */
  private static byte[] linkAddress(int interfaceIndex, byte[] frame) {
    ByteBuffer address = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
    address.putShort((short) LibC.AF_PACKET);
    address.put(frame, ETHERTYPE_OFFSET, Short.BYTES).putInt(interfaceIndex);
    address.putShort((short) 1).put((byte) 0);
    address.put((byte) DESTINATION_BYTES).put(frame, 0, DESTINATION_BYTES);
    return address.array();
  }
}
