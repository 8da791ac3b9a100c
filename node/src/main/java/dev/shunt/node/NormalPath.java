package dev.shunt.node;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The path of a request in its normal form (RFC 3986 section 6.2.2): characters that need no
 * percent-encoding have none, other encodings are in upper case, bytes beyond ASCII are encoded,
 * {@code .} and {@code ..} are resolved; and slashes that follow each other are one. So one
 * resource has one path, however a client writes it.
 *
 * <p>Also as characters. Used again and again; one thread.
 */
public final class NormalPath implements CharSequence {

  private static final boolean[] UNRESERVED = new boolean[256];
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  static {
    for (char c = 0; c < 128; c++) {
      UNRESERVED[c] = Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0;
    }
  }

  private byte[] bytes = new byte[256];
  private int length;

  /** Where the segment begins that is being read, behind its slash. */
  private int segment;

  /** The normal form of a path; characters beyond ASCII are encoded as UTF-8. */
  public static String of(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    NormalPath normal = new NormalPath();
    normal.read(bytes, 0, bytes.length);
    return normal.toString();
  }

  /**
   * Takes a path.
   *
   * @param from offset of the path's first slash; what does not begin with one is left as it is;
   *     nothing is {@code /}
   */
  public void read(byte[] in, int from, int to) {
    // Each byte may become an encoded one.
    if (bytes.length < 3 * (to - from) + 1) {
      bytes = new byte[3 * (to - from) + 1];
    }
    length = 0;
    if (from < to && in[from] != '/') {
      length = to - from;
      System.arraycopy(in, from, bytes, 0, length);
      return;
    }
    bytes[length++] = '/';
    segment = 1;
    int at = from + 1;
    while (at < to) {
      if (in[at] == '/') {
        endSegment(true);
        at++;
      } else {
        at += readCharacter(in, at, to);
      }
    }
    endSegment(false);
  }

  /** How many bytes it took. */
  private int readCharacter(byte[] in, int at, int to) {
    int high = in[at] == '%' && at + 2 < to ? Character.digit(in[at + 1], 16) : -1;
    int low = high < 0 ? -1 : Character.digit(in[at + 2], 16);
    if (low >= 0) {
      int value = (high << 4) | low;
      if (UNRESERVED[value]) {
        bytes[length++] = (byte) value;
      } else {
        encode(value);
      }
      return 3;
    }
    if (in[at] < 0 || in[at] == '%') {
      // A percent sign that begins no escape: else one behind it could become part of one.
      encode(in[at] & 0xFF);
    } else {
      bytes[length++] = in[at];
    }
    return 1;
  }

  private void encode(int value) {
    bytes[length++] = '%';
    bytes[length++] = HEX[value >> 4];
    bytes[length++] = HEX[value & 15];
  }

  private void endSegment(boolean slash) {
    int size = length - segment;
    if (size == 1 && bytes[segment] == '.') {
      length = segment;
    } else if (size == 2 && bytes[segment] == '.' && bytes[segment + 1] == '.') {
      length = Math.max(1, segment - 1);
      while (bytes[length - 1] != '/') {
        length--;
      }
      segment = length;
    } else if (slash && size > 0) {
      bytes[length++] = '/';
      segment = length;
    }
  }

  public boolean startsWith(byte[] prefix) {
    return length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  public boolean is(byte[] text) {
    return length == text.length && startsWith(text);
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public char charAt(int index) {
    return (char) (bytes[index] & 0xFF);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return toString().subSequence(start, end);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }
}
