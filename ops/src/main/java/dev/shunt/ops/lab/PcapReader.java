package dev.shunt.ops.lab;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads capture files in the classic pcap format (draft-ietf-opsawg-pcap), Ethernet only. A file
 * that is still being written is read up to its last whole frame.
 */
final class PcapReader {

  private static final int MAGIC_MICROS = 0xa1b2c3d4;
  private static final int MAGIC_NANOS = 0xa1b23c4d;
  private static final int FILE_HEADER = 24;
  private static final int RECORD_HEADER = 16;
  private static final int ETHERNET = 1;
  private static final int LINK_TYPE_AT = 20;
  private static final long MICROS_PER_SECOND = 1_000_000;

  private PcapReader() {}

  static List<Frame> read(byte[] file) {
    List<Frame> frames = new ArrayList<>();
    if (file.length < FILE_HEADER) {
      return frames;
    }
    ByteBuffer in = ByteBuffer.wrap(file);
    if (!magic(in)) {
      in.order(ByteOrder.LITTLE_ENDIAN);
      if (!magic(in)) {
        throw new LabException("not a pcap file: magic number %08x".formatted(in.getInt(0)));
      }
    }
    int link = in.getInt(LINK_TYPE_AT);
    if (link != ETHERNET) {
      throw new LabException("pcap link type %d: allowed is 1, Ethernet".formatted(link));
    }
    int ticksPerMicro = in.getInt(0) == MAGIC_NANOS ? 1_000 : 1;
    in.position(FILE_HEADER);
    while (in.remaining() >= RECORD_HEADER) {
      long atMicros =
          Integer.toUnsignedLong(in.getInt(in.position())) * MICROS_PER_SECOND
              + in.getInt(in.position() + 4) / ticksPerMicro;
      int captured = in.getInt(in.position() + 8);
      int length = in.getInt(in.position() + 12);
      if (captured < 0 || in.remaining() < RECORD_HEADER + captured) {
        break;
      }
      frames.add(Frame.decode(atMicros, in.slice(in.position() + RECORD_HEADER, captured), length));
      in.position(in.position() + RECORD_HEADER + captured);
    }
    return frames;
  }

  private static boolean magic(ByteBuffer in) {
    int magic = in.getInt(0);
    return magic == MAGIC_MICROS || magic == MAGIC_NANOS;
  }
}
