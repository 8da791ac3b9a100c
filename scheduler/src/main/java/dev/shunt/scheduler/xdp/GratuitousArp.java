package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.MacAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** ARP announcements (RFC 5227 section 3): a broadcast request for the sender's own address. */
final class GratuitousArp {

  private static final int ETHERTYPE_ARP = 0x0806;
  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};
  private static final int FRAME_BYTES = 42;

  private GratuitousArp() {}

  /** The frame that says: this address is here. */
  static byte[] frame(MacAddress mac, InetAddress address) {
    return frame(mac, mac, address);
  }

  /**
   * @param mac whose frame it is
   * @param at where the address is
   */
  static byte[] frame(MacAddress mac, MacAddress at, InetAddress address) {
    return ByteBuffer.allocate(FRAME_BYTES)
        .put(BROADCAST)
        .put(mac.bytes())
        .putShort((short) ETHERTYPE_ARP)
        .putShort((short) 1) // hardware: Ethernet
        .putShort((short) ETHERTYPE_IPV4)
        .put((byte) BROADCAST.length)
        .put((byte) 4)
        .putShort((short) 1) // request
        .put(at.bytes())
        .put(address.getAddress())
        .put(new byte[BROADCAST.length])
        .put(address.getAddress())
        .array();
  }
}
