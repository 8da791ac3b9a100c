package dev.shunt.node.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Headers that the relay itself looks at; everything else is {@link #OTHER}. */
@SuppressWarnings({"EnumOrdinal", "ImmutableEnumChecker"}) // Arrays by index, never written.
enum KnownHeader {
  OTHER(false),
  CONNECTION(true),
  CONTENT_LENGTH(false),
  EXPECT(false),
  FORWARDED(false),
  HOST(false),
  HTTP2_SETTINGS(true),
  KEEP_ALIVE(true),
  PROXY_CONNECTION(true),
  TE(true),
  TRAILER(false),
  TRANSFER_ENCODING(false),
  UPGRADE(true),
  X_FORWARDED_FOR(false),
  X_FORWARDED_HOST(false),
  X_FORWARDED_PROTO(false),
  X_REAL_IP(false),
  X_REQUEST_ID(false);

  private static final KnownHeader[] VALUES = values();
  private static final KnownHeader[][] BY_LENGTH = byLength();

  private final byte[] lower;
  private final boolean hopByHop;

  KnownHeader(boolean hopByHop) {
    this.lower =
        name().toLowerCase(Locale.ROOT).replace('_', '-').getBytes(StandardCharsets.ISO_8859_1);
    this.hopByHop = hopByHop;
  }

  /** Whether it belongs to one connection and is never passed along as it is. */
  boolean hopByHop() {
    return hopByHop;
  }

  long bit() {
    return 1L << ordinal();
  }

  static KnownHeader at(int ordinal) {
    return VALUES[ordinal];
  }

  static int count() {
    return VALUES.length;
  }

  /** The ordinal of the header that has this name, in any case; the name must be a token. */
  static int ordinalOf(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length >= BY_LENGTH.length) {
      return 0;
    }
    for (KnownHeader candidate : BY_LENGTH[length]) {
      if (equalsLower(bytes, from, candidate.lower)) {
        return candidate.ordinal();
      }
    }
    return 0;
  }

  /** Whether a token equals one in lower case; both are of the same length. */
  static boolean equalsLower(byte[] bytes, int from, byte[] lower) {
    for (int i = 0; i < lower.length; i++) {
      // Setting the bit makes letters lower case and leaves '-' and digits as they are; of the
      // other characters none that a token may have becomes a letter, a digit or '-'.
      if ((bytes[from + i] | 0x20) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  private static KnownHeader[][] byLength() {
    List<List<KnownHeader>> lists = new ArrayList<>();
    for (KnownHeader header : VALUES) {
      while (lists.size() <= header.lower.length) {
        lists.add(new ArrayList<>());
      }
      if (header != OTHER) {
        lists.get(header.lower.length).add(header);
      }
    }
    return lists.stream().map(l -> l.toArray(KnownHeader[]::new)).toArray(KnownHeader[][]::new);
  }
}
