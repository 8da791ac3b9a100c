package dev.shunt.scheduler.xdp.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/** Shorthand for the fields of C structs. */
final class Fields {

  static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT;
  static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;

  /** In network order. */
  static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  /** In network order. */
  static final ValueLayout.OfInt BE32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

  /** Half an IPv6 address, in network order; the kernel aligns it to four bytes only. */
  static final ValueLayout.OfLong BE64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  static final int MAC_BYTES = 6;

  private Fields() {}

  static MemoryLayout bytes(int count, String name) {
    return MemoryLayout.sequenceLayout(count, U8).withName(name);
  }

  static MemoryLayout words(int count, String name) {
    return MemoryLayout.sequenceLayout(count, BE32).withName(name);
  }

  /** The address of {@code bytes} bytes at an offset, in network order. */
  static InetAddress address(MemorySegment segment, long offset, int bytes) {
    try {
      return InetAddress.getByAddress(segment.asSlice(offset, bytes).toArray(U8));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(bytes + " bytes are no address", e);
    }
  }

  static void setAddress(MemorySegment segment, long offset, InetAddress address) {
    byte[] bytes = address.getAddress();
    MemorySegment.copy(bytes, 0, segment, U8, offset, bytes.length);
  }

  static VarHandle handle(StructLayout struct, String field) {
    return struct.varHandle(PathElement.groupElement(field));
  }

  static long offset(StructLayout struct, String field) {
    return struct.byteOffset(PathElement.groupElement(field));
  }
}
