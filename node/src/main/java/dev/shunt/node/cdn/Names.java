package dev.shunt.node.cdn;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Numbers for names of elements or attributes, found without allocation and without regard to the
 * case of ASCII letters. Immutable.
 */
final class Names {

  static final int UNKNOWN = -1;

  private static final long EACH_BYTE = 0x0101010101010101L;

  private final byte[][] names;

  /** Open addressing: numbers plus one, at twice the names' count or more. */
  private final int[] table;

  /**
   * @param names without repetition; a name's number is its place
   */
  Names(List<String> names) {
    this.names =
        names.stream()
            .map(name -> name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    table = new int[Integer.highestOneBit(Math.max(1, names.size())) << 2];
    for (int i = 0; i < this.names.length; i++) {
      int at = slot(this.names[i], 0, this.names[i].length);
      while (table[at] != 0) {
        at = (at + 1) & (table.length - 1);
      }
      table[at] = i + 1;
    }
  }

  /** The number of the name in those bytes, or {@link #UNKNOWN}. */
  int find(byte[] bytes, int from, int to) {
    int at = slot(bytes, from, to);
    while (table[at] != 0) {
      int number = table[at] - 1;
      if (isName(names[number], bytes, from, to)) {
        return number;
      }
      at = (at + 1) & (table.length - 1);
    }
    return UNKNOWN;
  }

  private int slot(byte[] bytes, int from, int to) {
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + lower(bytes[i]);
    }
    return (hash ^ (hash >>> 15)) & (table.length - 1);
  }

  /** Whether those bytes are a name that is given in lower case. */
  static boolean isName(byte[] name, byte[] bytes, int from, int to) {
    if (to - from != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (lower(bytes[from + i]) != name[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Where a byte stands first, or {@code to}. Looks at eight at a time: a buffer checks each
   * access.
   */
  static int indexOf(byte wanted, ByteBuffer in, int from, int to) {
    long all = (wanted & 0xFF) * EACH_BYTE;
    int i = from;
    while (i + Long.BYTES <= to) {
      long zeros = in.getLong(i) ^ all;
      if (((zeros - EACH_BYTE) & ~zeros & (EACH_BYTE << 7)) != 0) {
        break; // One of them is it.
      }
      i += Long.BYTES;
    }
    while (i < to && in.get(i) != wanted) {
      i++;
    }
    return i;
  }

  static int lower(int b) {
    return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
  }

  static boolean isLetter(int b) {
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'z';
  }

  /** White space of HTML (WHATWG Infra, "ASCII whitespace"). */
  static boolean isSpace(int b) {
    return b == ' ' || b == '\n' || b == '\t' || b == '\r' || b == '\f';
  }
}
