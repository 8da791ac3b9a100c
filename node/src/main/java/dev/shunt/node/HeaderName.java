package dev.shunt.node;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The name of a header that stages may add, checked and encoded once. Immutable. */
public final class HeaderName {

  private final String name;
  private final String lower;
  private final byte[] start;

  /**
   * @throws IllegalArgumentException when it is not a token or belongs to message framing
   */
  public HeaderName(String name) {
    if (!Headers.isToken(name) || Headers.isFraming(name)) {
      throw new IllegalArgumentException(
          "header name '" + name + "': allowed is a token that is not of message framing");
    }
    this.name = name;
    this.lower = name.toLowerCase(Locale.ROOT);
    this.start = (name + ": ").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The same for every way to write it. */
  public String lower() {
    return lower;
  }

  /** How many bytes {@link #copyTo} copies. */
  public int length() {
    return start.length;
  }

  /** Copies the name, the colon and a space. */
  public void copyTo(byte[] to, int at) {
    System.arraycopy(start, 0, to, at, start.length);
  }

  @Override
  public String toString() {
    return name;
  }
}
