package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.MacAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Unsolicited neighbour advertisements (RFC 4861 section 7.2.6): to all nodes of the link, with the
 * override flag, so that they replace what they remember.
 */
final class UnsolicitedAdvertisement {

  private static final byte[] ALL_NODES_MAC = {0x33, 0x33, 0, 0, 0, 1};
  private static final byte[] ALL_NODES = {
    (byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
  };
  private static final int ETHERTYPE_IPV6 = 0x86dd;
  private static final int ETHERNET_HEADER = 14;
  private static final int IPV6_HEADER = 40;
  private static final int MESSAGE_BYTES = 32;
  private static final int ADDRESSES_OFFSET = ETHERNET_HEADER + 8;
  private static final int CHECKSUM_OFFSET = ETHERNET_HEADER + IPV6_HEADER + 2;
  private static final int ICMPV6 = 58;
  private static final int HOP_LIMIT = 255;
  private static final int ADVERTISEMENT = 136;
  private static final int OVERRIDE = 0x2000_0000;
  private static final int TARGET_LINK_ADDRESS = 2;

  private UnsolicitedAdvertisement() {}

  /** The frame that says: this address is here. */
  static byte[] frame(MacAddress mac, InetAddress address) {
    return frame(mac, mac, address);
  }

  /**
   * @param mac whose frame it is
   * @param at where the address is
   */
  static byte[] frame(MacAddress mac, MacAddress at, InetAddress address) {
    ByteBuffer frame =
        ByteBuffer.allocate(ETHERNET_HEADER + IPV6_HEADER + MESSAGE_BYTES)
            .put(ALL_NODES_MAC)
            .put(mac.bytes())
            .putShort((short) ETHERTYPE_IPV6)
            .putInt(6 << 28)
            .putShort((short) MESSAGE_BYTES)
            .put((byte) ICMPV6)
            .put((byte) HOP_LIMIT)
            .put(address.getAddress())
            .put(ALL_NODES)
            .put((byte) ADVERTISEMENT)
            .put((byte) 0)
            .putShort((short) 0) // checksum
            .putInt(OVERRIDE)
            .put(address.getAddress())
            .put((byte) TARGET_LINK_ADDRESS)
            .put((byte) 1)
            .put(at.bytes());
    return frame.putShort(CHECKSUM_OFFSET, checksum(frame)).array();
  }

  /** Over both addresses, length and protocol, and the message (RFC 8200 section 8.1). */
  private static short checksum(ByteBuffer frame) {
    int sum = MESSAGE_BYTES + ICMPV6;
    for (int at = ADDRESSES_OFFSET; at < frame.capacity(); at += Short.BYTES) {
      sum += Short.toUnsignedInt(frame.getShort(at));
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~(sum + (sum >>> 16));
  }
}
