package dev.shunt.node.cdn;

/**
 * A style attribute as a browser reads it, with its character references resolved, and where each
 * of its bytes stands in the page. For one thread.
 */
final class StyleText {

  private static final int FIRST_BYTES = 256;

  /** Stands for any character beyond ASCII. */
  private static final byte OTHER = (byte) 0x80;

  private byte[] text = new byte[FIRST_BYTES];
  private int[] places = new int[FIRST_BYTES + 1];
  private int length;

  /** Reads one. Returns false if it has references that are not known here. */
  boolean read(byte[] page, int from, int to) {
    length = 0;
    if (text.length < to - from) {
      text = new byte[to - from];
      places = new int[to - from + 1];
    }
    int i = from;
    while (i < to) {
      places[length] = i;
      int end = page[i] == '&' ? nameEnd(page, i + 1, to) : i + 1;
      if (end == i + 1 || (end < to && page[end] == '=')) {
        text[length++] = page[i++]; // An ampersand of a query begins no reference.
        continue;
      }
      int resolved =
          end < to && page[end] == ';' && end - i < LinkText.LONGEST_REFERENCE
              ? LinkText.reference(page, i + 1, end)
              : -1;
      if (resolved <= 0) {
        return false;
      }
      text[length++] = resolved < 0x80 ? (byte) resolved : OTHER;
      i = end + 1;
    }
    places[length] = to;
    return true;
  }

  private static int nameEnd(byte[] page, int from, int to) {
    int i = from;
    while (i < to && (Names.isLetter(page[i]) || page[i] == '#' || Character.isDigit(page[i]))) {
      i++;
    }
    return i;
  }

  int length() {
    return length;
  }

  byte at(int index) {
    return text[index];
  }

  /** Where the byte of that index stands, or of the length, where the attribute ends. */
  int inPage(int index) {
    return places[index];
  }
}
