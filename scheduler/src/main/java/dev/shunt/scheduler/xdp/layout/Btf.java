package dev.shunt.scheduler.xdp.layout;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The type information that a compiled program carries (BPF Type Format, the kernel's {@code
 * Documentation/bpf/btf.rst}): its structs and enums by name.
 */
public final class Btf {

  /** A field of a struct, in bytes. */
  public record Field(String name, long offset, long size) {}

  /** A struct with its fields in order. */
  public record Struct(String name, long size, List<Field> fields) {}

  private static final int MAGIC = 0xeb9f;
  private static final int HEADER_FIXED = 24;

  /** The kinds of types this reader looks into; all others are only skipped. */
  private static final class Kind {
    static final int INT = 1;
    static final int PTR = 2;
    static final int ARRAY = 3;
    static final int STRUCT = 4;
    static final int UNION = 5;
    static final int ENUM = 6;
    static final int TYPEDEF = 8;
    static final int VOLATILE = 9;
    static final int CONST = 10;
    static final int FUNC_PROTO = 13;
    static final int VAR = 14;
    static final int DATASEC = 15;
    static final int DECL_TAG = 17;
    static final int ENUM64 = 19;
  }

  /** One type as it stands in the section; {@code extra} is where its members begin. */
  private record Type(String name, int kind, int members, int sizeOrType, int extra) {}

  private final byte[] section;
  private final ByteBuffer bytes;
  private final int strings;
  private final List<Type> types = new ArrayList<>();

  private Btf(byte[] section, ByteBuffer bytes) {
    this.section = section;
    this.bytes = bytes;
    int header = bytes.getInt(4);
    int begin = header + bytes.getInt(8);
    int end = begin + bytes.getInt(12);
    strings = header + bytes.getInt(16);
    // Type 0 is void.
    types.add(new Type("void", 0, 0, 0, 0));
    for (int at = begin; at < end; ) {
      Type type = read(at);
      types.add(type);
      at = type.extra + extraBytes(type);
    }
  }

  /**
   * Reads a {@code .BTF} section.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Btf parse(byte[] section) {
    ByteBuffer bytes = ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN);
    if (section.length < HEADER_FIXED || Short.toUnsignedInt(bytes.getShort(0)) != MAGIC) {
      throw new IllegalArgumentException("not a little-endian BTF section");
    }
    return new Btf(section, bytes);
  }

  public Optional<Struct> struct(String name) {
    return find(Kind.STRUCT, name)
        .map(type -> {
          List<Field> fields = new ArrayList<>();
          for (int i = 0; i < type.members; i++) {
            int at = type.extra + 12 * i;
            fields.add(
                new Field(
                    string(bytes.getInt(at)),
                    Integer.toUnsignedLong(bytes.getInt(at + 8)) / Byte.SIZE,
                    sizeOf(bytes.getInt(at + 4))));
          }
          return new Struct(name, type.sizeOrType, List.copyOf(fields));
        });
  }

  /** The constants of an enum in order, with their values. */
  public Optional<Map<String, Integer>> enumeration(String name) {
    return find(Kind.ENUM, name)
        .map(type -> {
          Map<String, Integer> constants = new LinkedHashMap<>();
          for (int i = 0; i < type.members; i++) {
            int at = type.extra + 8 * i;
            constants.put(string(bytes.getInt(at)), bytes.getInt(at + 4));
          }
          return constants;
        });
  }

  private Optional<Type> find(int kind, String name) {
    return types.stream().filter(t -> t.kind == kind && t.name.equals(name)).findFirst();
  }

  private Type read(int at) {
    int info = bytes.getInt(at + 4);
    return new Type(
        string(bytes.getInt(at)),
        (info >>> 24) & 0x1f,
        info & 0xffff,
        bytes.getInt(at + 8),
        at + 12);
  }

  private static int extraBytes(Type type) {
    return switch (type.kind) {
      case Kind.INT, Kind.VAR, Kind.DECL_TAG -> 4;
      case Kind.ARRAY -> 12;
      case Kind.STRUCT, Kind.UNION, Kind.DATASEC, Kind.ENUM64 -> 12 * type.members;
      case Kind.ENUM, Kind.FUNC_PROTO -> 8 * type.members;
      default -> 0;
    };
  }

  private long sizeOf(int id) {
    Type type = types.get(id);
    return switch (type.kind) {
      case Kind.PTR -> Long.BYTES;
      case Kind.ARRAY ->
          sizeOf(bytes.getInt(type.extra)) * Integer.toUnsignedLong(bytes.getInt(type.extra + 8));
      case Kind.TYPEDEF, Kind.VOLATILE, Kind.CONST -> sizeOf(type.sizeOrType);
      default -> type.sizeOrType;
    };
  }

  private String string(int offset) {
    int from = strings + offset;
    int to = from;
    while (section[to] != 0) {
      to++;
    }
    return new String(section, from, to - from, StandardCharsets.UTF_8);
  }
}
