package dev.shunt.scheduler.xdp.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A frame with room before it, as a driver has it; positions count from its first byte. */
public final class WireFrame {

  private static final int HEADROOM = 256;
  private static final int ROOM = 4096;
  private static final VarHandle U16 =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle U32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle U64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes = new byte[HEADROOM + ROOM];
  private int start = HEADROOM;
  private int end = HEADROOM;

  /** Makes it a copy of the first bytes of an array. */
  public void set(byte[] from, int length) {
    start = HEADROOM;
    end = HEADROOM + length;
    System.arraycopy(from, 0, bytes, start, length);
  }

  public int length() {
    return end - start;
  }

  /** Where the frame begins in {@link #array()}. */
  public int start() {
    return start;
  }

  /** What it lies in; not a copy. */
  @SuppressWarnings("EI_EXPOSE_REP")
  public byte[] array() {
    return bytes;
  }

  public byte[] copy() {
    return Arrays.copyOfRange(bytes, start, end);
  }

  boolean has(int at, int count) {
    return at + count <= length();
  }

  int u8(int at) {
    return bytes[start + at] & 0xff;
  }

  int u16(int at) {
    return (short) U16.get(bytes, start + at) & 0xffff;
  }

  int u32(int at) {
    return (int) U32.get(bytes, start + at);
  }

  long u64(int at) {
    return (long) U64.get(bytes, start + at);
  }

  /** Six bytes in network order. */
  long mac(int at) {
    return ((long) u16(at) << 32) | (u32(at + 2) & 0xffffffffL);
  }

  void put8(int at, int value) {
    bytes[start + at] = (byte) value;
  }

  void put16(int at, int value) {
    U16.set(bytes, start + at, (short) value);
  }

  void put32(int at, int value) {
    U32.set(bytes, start + at, value);
  }

  void put64(int at, long value) {
    U64.set(bytes, start + at, value);
  }

  void putMac(int at, long mac) {
    put16(at, (int) (mac >>> 32));
    put32(at + 2, (int) mac);
  }

  /** Takes bytes out; what is before them moves up. */
  void cut(int at, int count) {
    System.arraycopy(bytes, start, bytes, start + count, at);
    start += count;
  }

  /** Makes room for bytes, of any content; what is before them moves down. */
  void open(int at, int count) {
    System.arraycopy(bytes, start, bytes, start - count, at);
    start -= count;
  }

  /** Ends it there; what is new is of any content. */
  void resize(int length) {
    end = start + length;
  }

  /** The one's complement sum (RFC 1071) of a range, on top of another sum. */
  int sum(int at, int count, int before) {
    long sum = before & 0xffffffffL;
    for (int i = 0; i + 1 < count; i += 2) {
      sum += u16(at + i);
    }
    if (count % 2 != 0) {
      sum += u8(at + count - 1) << 8;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (int) sum;
  }
}
