package dev.shunt.node;

import java.nio.charset.StandardCharsets;

/** A header that was checked and encoded once, to be added many times. Immutable. */
public final class PreparedHeader {

  private final byte[] line;

  /**
   * @throws IllegalArgumentException when the name is not a token or belongs to message framing, or
   *     the value has control characters
   */
  public PreparedHeader(String name, String value) {
    if (!Headers.isToken(name) || Headers.isFraming(name)) {
      throw new IllegalArgumentException(
          "header name '" + name + "': allowed is a token that is not of message framing");
    }
    if (!Headers.isValue(value)) {
      throw new IllegalArgumentException(
          "value of header '"
              + name
              + "': allowed is ISO 8859-1 without control characters and outer white space");
    }
    this.line = (name + ": " + value + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** How many bytes the line has, CR and LF included. */
  public int length() {
    return line.length;
  }

  /** Copies the whole line. */
  public void copyTo(byte[] to, int at) {
    System.arraycopy(line, 0, to, at, line.length);
  }

  @Override
  public String toString() {
    return new String(line, StandardCharsets.ISO_8859_1).strip();
  }
}
