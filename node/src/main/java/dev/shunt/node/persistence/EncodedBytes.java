package dev.shunt.node.persistence;

import dev.shunt.node.MessageHead;

/** Bytes of a head, of which some may be written as {@code %41} (RFC 3986 section 2.1). */
final class EncodedBytes {

  private EncodedBytes() {}

  /** Adds what they stand for to a hash; what is no valid encoding stands for itself. */
  static KeyedHash add(KeyedHash hash, MessageHead head, int from, int to, boolean encoded) {
    int at = from;
    while (at < to) {
      int high = encoded && head.byteAt(at) == '%' && to - at > 2 ? digit(head, at + 1) : -1;
      int low = high < 0 ? -1 : digit(head, at + 2);
      hash.add(low < 0 ? head.byteAt(at) : (high << 4) | low);
      at += low < 0 ? 1 : 3;
    }
    return hash;
  }

  private static int digit(MessageHead head, int at) {
    return Character.digit((char) (head.byteAt(at) & 0xFF), 16);
  }
}
