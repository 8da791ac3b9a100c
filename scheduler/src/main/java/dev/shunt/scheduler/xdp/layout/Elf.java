package dev.shunt.scheduler.xdp.layout;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Sections of a 64-bit little-endian ELF file, as clang writes them for BPF (elf(5)). */
public final class Elf {

  private static final int MAGIC = 0x464c457f;
  private static final int SECTION_TABLE = 0x28;
  private static final int ENTRY_SIZE = 0x3a;
  private static final int ENTRIES = 0x3c;
  private static final int NAMES_INDEX = 0x3e;

  private final ByteBuffer bytes;

  /**
   * @throws IllegalArgumentException if this is no ELF file
   */
  public Elf(byte[] file) {
    bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < 64 || bytes.getInt(0) != MAGIC) {
      throw new IllegalArgumentException("not an ELF file");
    }
  }

  /** A copy of the named section's bytes. */
  public Optional<byte[]> section(String name) {
    int entries = bytes.getShort(ENTRIES);
    int names = dataOffset(header(bytes.getShort(NAMES_INDEX)));
    for (int i = 0; i < entries; i++) {
      int header = header(i);
      if (isNamed(names + bytes.getInt(header), name)) {
        int from = dataOffset(header);
        int size = (int) bytes.getLong(header + 0x20);
        return Optional.of(Arrays.copyOfRange(bytes.array(), from, from + size));
      }
    }
    return Optional.empty();
  }

  private int header(int index) {
    return (int) bytes.getLong(SECTION_TABLE) + index * bytes.getShort(ENTRY_SIZE);
  }

  private int dataOffset(int header) {
    return (int) bytes.getLong(header + 0x18);
  }

  private boolean isNamed(int at, String name) {
    byte[] wanted = (name + '\0').getBytes(StandardCharsets.US_ASCII);
    return Arrays.equals(bytes.array(), at, at + wanted.length, wanted, 0, wanted.length);
  }
}
