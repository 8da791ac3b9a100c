package dev.shunt.scheduler.xdp.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Shorthand for the fields of C structs. */
final class Fields {

  static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;

  /** In network order. */
  static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  /** In network order. */
  static final ValueLayout.OfInt BE32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

  static final int MAC_BYTES = 6;

  private Fields() {}

  static MemoryLayout bytes(int count, String name) {
    return MemoryLayout.sequenceLayout(count, U8).withName(name);
  }

  static VarHandle handle(StructLayout struct, String field) {
    return struct.varHandle(PathElement.groupElement(field));
  }

  static long offset(StructLayout struct, String field) {
    return struct.byteOffset(PathElement.groupElement(field));
  }
}
