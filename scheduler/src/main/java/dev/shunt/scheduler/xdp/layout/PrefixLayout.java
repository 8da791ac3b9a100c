package dev.shunt.scheduler.xdp.layout;

import static dev.shunt.scheduler.xdp.layout.Fields.U32;

import dev.shunt.scheduler.edge.Prefix;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** {@code struct prefix_key}: a prefix, IPv4 ones as {@code ::ffff:a.b.c.d}. */
public final class PrefixLayout {

  private static final int BYTES = 16;
  private static final int MAPPED = 12;

  public static final StructLayout LAYOUT =
      MemoryLayout.structLayout(U32.withName("length"), Fields.bytes(BYTES, "address"))
          .withName("prefix_key");

  private static final long ADDRESS = Fields.offset(LAYOUT, "address");

  private PrefixLayout() {}

  public static Prefix get(MemorySegment segment, long offset) {
    int length = segment.get(U32, offset);
    byte[] address = segment.asSlice(offset + ADDRESS, BYTES).toArray(ValueLayout.JAVA_BYTE);
    try {
      // Java turns a mapped address into an Inet4Address by itself.
      InetAddress found = InetAddress.getByAddress(address);
      boolean mapped = found.getAddress().length < BYTES;
      return new Prefix(found, mapped ? length - MAPPED * Byte.SIZE : length);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("sixteen bytes are an address", e);
    }
  }

  /** Fills in a whole struct. */
  public static void set(MemorySegment segment, Prefix prefix) {
    byte[] address = prefix.address().getAddress();
    int before = BYTES - address.length;
    segment.fill((byte) 0);
    if (before > 0) {
      segment.set(ValueLayout.JAVA_BYTE, ADDRESS + MAPPED - 2, (byte) 0xff);
      segment.set(ValueLayout.JAVA_BYTE, ADDRESS + MAPPED - 1, (byte) 0xff);
    }
    segment.set(U32, 0, prefix.length() + before * Byte.SIZE);
    MemorySegment.copy(
        address, 0, segment, ValueLayout.JAVA_BYTE, ADDRESS + before, address.length);
  }
}
