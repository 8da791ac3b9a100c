package dev.shunt.node.stage;

import dev.shunt.node.MessageHead;
import java.util.Arrays;

/** Text that is put together byte by byte, again and again. One thread. */
final class ByteLine {

  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  private byte[] bytes = new byte[1024];
  private int length;

  void clear() {
    length = 0;
  }

  int length() {
    return length;
  }

  /** Holds the text in front; another array after the next change. */
  byte[] bytes() {
    return bytes;
  }

  ByteLine put(char c) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = (byte) c;
    return this;
  }

  /** Characters of ISO 8859-1. */
  ByteLine put(String text) {
    for (int i = 0; i < text.length(); i++) {
      put(text.charAt(i));
    }
    return this;
  }

  ByteLine put(byte[] part) {
    for (byte b : part) {
      put((char) b);
    }
    return this;
  }

  ByteLine put(MessageHead head, int from, int to) {
    for (int i = from; i < to; i++) {
      put((char) head.byteAt(i));
    }
    return this;
  }

  /**
   * @param number 0 or more
   */
  ByteLine putNumber(long number) {
    if (number >= 10) {
      putNumber(number / 10);
    }
    return put((char) ('0' + number % 10));
  }

  /** A number below 1000 with three digits. */
  ByteLine putThousandths(long number) {
    return put((char) ('0' + number / 100))
        .put((char) ('0' + number / 10 % 10))
        .put((char) ('0' + number % 10));
  }

  /** A byte as two digits in base 16. */
  ByteLine putHex(int unsigned) {
    return put((char) HEX[unsigned >> 4]).put((char) HEX[unsigned & 15]);
  }
}
