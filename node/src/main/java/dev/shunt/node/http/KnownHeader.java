package dev.shunt.node.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Headers that the relay itself looks at; everything else is {@link #OTHER}. */
@SuppressWarnings({"EnumOrdinal", "ImmutableEnumChecker"}) // Arrays by index, never written.
enum KnownHeader {
  OTHER(Role.MANY),
  CF_CONNECTING_IP(Role.CLAIM),
  CLIENT_IP(Role.CLAIM),
  CONNECTION(Role.HOP_BY_HOP),
  CONTENT_LENGTH(Role.PLAIN),
  EXPECT(Role.PLAIN),
  FASTLY_CLIENT_IP(Role.CLAIM),
  FORWARDED(Role.CLAIM),
  FRONT_END_HTTPS(Role.CLAIM),
  HOST(Role.PLAIN),
  HTTP2_SETTINGS(Role.HOP_BY_HOP),
  KEEP_ALIVE(Role.HOP_BY_HOP),
  PROXY_CONNECTION(Role.HOP_BY_HOP),
  TE(Role.HOP_BY_HOP),
  TRAILER(Role.PLAIN),
  TRANSFER_ENCODING(Role.PLAIN),
  TRUE_CLIENT_IP(Role.CLAIM),
  UPGRADE(Role.HOP_BY_HOP),
  X_CLIENT_IP(Role.CLAIM),
  X_CLUSTER_CLIENT_IP(Role.CLAIM),
  X_FORWARDED(Role.CLAIM),
  X_FORWARDED_FOR(Role.CLAIM),
  X_FORWARDED_HOST(Role.CLAIM),
  X_FORWARDED_PROTO(Role.CLAIM),
  X_ORIGINAL_FORWARDED_FOR(Role.CLAIM),
  X_REAL_IP(Role.CLAIM),
  X_REQUEST_ID(Role.PLAIN),
  X_SCHEME(Role.CLAIM),
  X_URL_SCHEME(Role.CLAIM),
  /** Every other name that begins with {@code X-Forwarded-}. */
  X_FORWARDED_ANY(Role.MANY),
  /** The name of a claim with {@code _} for {@code -}: one and the same to a CGI server. */
  FOLDED_CLAIM(Role.MANY);

  private enum Role {
    PLAIN,
    /** Belongs to one connection. */
    HOP_BY_HOP,
    /** Tells servers who the client is, or how it came. */
    CLAIM,
    /** Stands for many names. */
    MANY
  }

  /** How a name compares with one that is known. */
  private enum Likeness {
    OTHER,
    SAME,
    FOLDED
  }

  private static final KnownHeader[] VALUES = values();
  private static final KnownHeader[][] BY_LENGTH = byLength();
  private static final byte[] PREFIX = "x-forwarded-".getBytes(StandardCharsets.ISO_8859_1);

  /** What {@code _} becomes where letters are made lower case. */
  private static final int UNDERSCORE = '_' | 0x20;

  private final byte[] lower;
  private final Role role;

  KnownHeader(Role role) {
    this.lower =
        name().toLowerCase(Locale.ROOT).replace('_', '-').getBytes(StandardCharsets.ISO_8859_1);
    this.role = role;
  }

  /** Whether it belongs to one connection and is never passed along as it is. */
  boolean hopByHop() {
    return role == Role.HOP_BY_HOP;
  }

  /** Whether it tells servers something about the client, true or not. */
  boolean isClaim() {
    return role == Role.CLAIM || this == X_FORWARDED_ANY || this == FOLDED_CLAIM;
  }

  long bit() {
    return 1L << ordinal();
  }

  /** The bits of all headers of a kind. */
  static long bits(Predicate<KnownHeader> kind) {
    long bits = 0;
    for (KnownHeader header : VALUES) {
      bits |= kind.test(header) ? header.bit() : 0;
    }
    return bits;
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
    if (length < BY_LENGTH.length) {
      for (KnownHeader candidate : BY_LENGTH[length]) {
        Likeness found = compare(bytes, from, candidate.lower);
        if (found == Likeness.SAME) {
          return candidate.ordinal();
        } else if (found == Likeness.FOLDED && candidate.role == Role.CLAIM) {
          return FOLDED_CLAIM.ordinal();
        }
      }
    }
    return length >= PREFIX.length && (bytes[from] | 0x20) == PREFIX[0]
        ? ofPrefix(bytes, from, to)
        : 0;
  }

  private static int ofPrefix(byte[] bytes, int from, int to) {
    Likeness found = compare(bytes, from, PREFIX);
    if (found == Likeness.OTHER) {
      return 0;
    }
    boolean folded = found == Likeness.FOLDED;
    for (int i = from + PREFIX.length; i < to; i++) {
      folded |= bytes[i] == '_';
    }
    return folded ? FOLDED_CLAIM.ordinal() : X_FORWARDED_ANY.ordinal();
  }

  /** Compares the beginning of a token with a text in lower case. */
  private static Likeness compare(byte[] bytes, int from, byte[] lower) {
    Likeness found = Likeness.SAME;
    for (int i = 0; i < lower.length; i++) {
      // Setting the bit makes letters lower case and leaves '-' and digits as they are; of the
      // other characters none that a token may have becomes a letter, a digit or '-'.
      int b = bytes[from + i] | 0x20;
      if (b != lower[i]) {
        if (b != UNDERSCORE || lower[i] != '-') {
          return Likeness.OTHER;
        }
        found = Likeness.FOLDED;
      }
    }
    return found;
  }

  private static KnownHeader[][] byLength() {
    List<List<KnownHeader>> lists = new ArrayList<>();
    for (KnownHeader header : VALUES) {
      while (lists.size() <= header.lower.length) {
        lists.add(new ArrayList<>());
      }
      if (header.role != Role.MANY) {
        lists.get(header.lower.length).add(header);
      }
    }
    return lists.stream().map(l -> l.toArray(KnownHeader[]::new)).toArray(KnownHeader[][]::new);
  }
}
