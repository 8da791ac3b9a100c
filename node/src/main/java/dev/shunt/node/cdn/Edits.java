package dev.shunt.node.cdn;

import java.util.Arrays;

/**
 * Parts of a text that are replaced, in their order. For one thread, for one text after another.
 */
final class Edits {

  private static final int FIRST_BYTES = 256;

  /** Of each edit: from and to in the text, and the end of what replaces it in {@link #by}. */
  private static final int PLACES = 3;

  private int[] places = new int[PLACES * 8];
  private byte[] by = new byte[FIRST_BYTES];
  private int edits;
  private int length;

  void begin() {
    edits = 0;
    length = 0;
  }

  /** Behind all that was replaced before. */
  void replace(int from, int to, byte[] with) {
    if (length + with.length > by.length) {
      by = Arrays.copyOf(by, Math.max(by.length * 2, length + with.length));
    }
    System.arraycopy(with, 0, by, length, with.length);
    length += with.length;
    if (places.length == edits * PLACES) {
      places = Arrays.copyOf(places, places.length * 2);
    }
    int at = edits * PLACES;
    places[at] = from;
    places[at + 1] = to;
    places[at + 2] = length;
    edits++;
  }

  /** Writes the text with its parts replaced. */
  void apply(byte[] text, int size, Output out) {
    int from = 0;
    int written = 0;
    for (int i = 0; i < edits; i++) {
      int at = i * PLACES;
      out.write(text, from, places[at]);
      out.write(by, written, places[at + 2]);
      from = places[at + 1];
      written = places[at + 2];
    }
    out.write(text, from, size);
  }
}
