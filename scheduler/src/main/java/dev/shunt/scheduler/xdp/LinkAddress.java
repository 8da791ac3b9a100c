package dev.shunt.scheduler.xdp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@code struct sockaddr_ll} of packet(7). */
final class LinkAddress {

  private static final int DESTINATION_BYTES = 6;
  private static final int ETHERTYPE_OFFSET = 12;
  private static final int BYTES = 20;
  private static final short ETHERNET = 1;

  private LinkAddress() {}

  /** Where a frame goes. */
  static byte[] of(int interfaceIndex, byte[] frame) {
    ByteBuffer address = ByteBuffer.allocate(BYTES).order(ByteOrder.nativeOrder());
    address.putShort((short) LibC.AF_PACKET);
    address.put(frame, ETHERTYPE_OFFSET, Short.BYTES).putInt(interfaceIndex);
    address.putShort(ETHERNET).put((byte) 0);
    address.put((byte) DESTINATION_BYTES).put(frame, 0, DESTINATION_BYTES);
    return address.array();
  }

  /** Whatever comes in at an interface, for binding to it. */
  static byte[] everything(int interfaceIndex) {
    ByteBuffer address = ByteBuffer.allocate(BYTES).order(ByteOrder.nativeOrder());
    address.putShort((short) LibC.AF_PACKET);
    address.put((byte) 0).put((byte) LibC.ETH_P_ALL).putInt(interfaceIndex);
    return address.array();
  }
}
