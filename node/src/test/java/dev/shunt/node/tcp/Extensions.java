package dev.shunt.node.tcp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Puts extensions (TLVs) behind the addresses of a header of version 2. */
final class Extensions {

  private static final int LENGTH_AT = 14;
  private static final int CHECKSUM = 3;

  private Extensions() {}

  static byte[] with(byte[] header, int type, byte... value) {
    byte[] longer = Arrays.copyOf(header, header.length + 3 + value.length);
    ByteBuffer at = ByteBuffer.wrap(longer);
    at.position(header.length).put((byte) type).putShort((short) value.length).put(value);
    at.putShort(LENGTH_AT, (short) (longer.length - 16));
    return longer;
  }

  /** Behind all others. */
  static byte[] withChecksum(byte[] header) {
    byte[] longer = with(header, CHECKSUM, new byte[4]);
    CRC32C crc = new CRC32C();
    crc.update(longer);
    ByteBuffer.wrap(longer).putInt(longer.length - 4, (int) crc.getValue());
    return longer;
  }
}
