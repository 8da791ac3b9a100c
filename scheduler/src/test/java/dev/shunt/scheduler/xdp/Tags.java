package dev.shunt.scheduler.xdp;

import java.nio.ByteBuffer;

/** Puts VLAN tags on frames. */
final class Tags {

  static final int CUSTOMER = 0x8100;
  static final int SERVICE = 0x88a8;

  private static final int ADDRESSES = 12;

  private Tags() {}

  /** The frame with one more tag, the outermost: its EtherType, and priority and VLAN in one. */
  static byte[] on(byte[] frame, int type, int control) {
    return ByteBuffer.allocate(frame.length + 4)
        .put(frame, 0, ADDRESSES)
        .putShort((short) type)
        .putShort((short) control)
        .put(frame, ADDRESSES, frame.length - ADDRESSES)
        .array();
  }

  /** In VLAN 7, priority 5. */
  static byte[] one(byte[] frame) {
    return on(frame, CUSTOMER, 0xa007);
  }

  /** In VLAN 7 within the provider's VLAN 100. */
  static byte[] two(byte[] frame) {
    return on(one(frame), SERVICE, 100);
  }
}
