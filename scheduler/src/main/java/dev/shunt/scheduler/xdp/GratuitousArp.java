package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;

/** ARP announcements (RFC 5227 section 3): a broadcast request for the sender's own address. */
final class GratuitousArp {

  private static final int ETHERTYPE_ARP = 0x0806;
  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};
  private static final int FRAME_BYTES = 42;

  private GratuitousArp() {}

  /** The frame that says: this address is here. */
  static byte[] frame(MacAddress mac, InetAddress address) {
    return ByteBuffer.allocate(FRAME_BYTES)
        .put(BROADCAST)
        .put(mac.bytes())
        .putShort((short) ETHERTYPE_ARP)
        .putShort((short) 1) // hardware: Ethernet
        .putShort((short) ETHERTYPE_IPV4)
        .put((byte) BROADCAST.length)
        .put((byte) 4)
        .putShort((short) 1) // request
        .put(mac.bytes())
        .put(address.getAddress())
        .put(new byte[BROADCAST.length])
        .put(address.getAddress())
        .array();
  }

  /** Sends one announcement for each address. */
  static void send(int interfaceIndex, MacAddress mac, Collection<InetAddress> addresses)
      throws DataPlaneException {
    // Protocol 0: this socket only sends, it shall not collect what comes in.
    int socket = LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
    Native.check(socket, "opening", "a packet socket");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocateFrom(JAVA_BYTE, linkAddress(interfaceIndex));
      for (InetAddress address : addresses) {
        MemorySegment frame = arena.allocateFrom(JAVA_BYTE, frame(mac, address));
        String subject = address.getHostAddress();
        Native.check(LibC.sendto(socket, frame, to), "announcing", subject);
      }
    } finally {
      LibC.close(socket);
    }
  }

  /** {@code struct sockaddr_ll}. */
  private static byte[] linkAddress(int interfaceIndex) {
    ByteBuffer address = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
    address.putShort((short) LibC.AF_PACKET);
    address.order(ByteOrder.BIG_ENDIAN).putShort((short) ETHERTYPE_ARP);
    address.order(ByteOrder.nativeOrder()).putInt(interfaceIndex);
    address.putShort((short) 1).put((byte) 0).put((byte) BROADCAST.length).put(BROADCAST);
    return address.array();
  }
}
