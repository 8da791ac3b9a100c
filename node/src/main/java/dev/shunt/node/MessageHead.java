package dev.shunt.node;

import java.util.Optional;

/**
 * First line and headers of a request or response: a view on the received bytes, and the list of
 * edits to them.
 *
 * <p>Headers have indices from 0 in the order of their arrival; indices stay when one is removed.
 * What is read is always what was received: edits are seen only by the receiver, but for removed
 * headers, which {@link #find} no longer finds. Offsets are positions in the received bytes. Names
 * are compared without regard to case.
 */
public interface MessageHead {

  /** How many headers were received, removed ones included. */
  int headerCount();

  /**
   * The next header of a name, or -1.
   *
   * @param from the first index to look at
   */
  int find(String name, int from);

  /** The name as received. */
  String name(int header);

  int nameStart(int header);

  /** The offset after the name's last byte. */
  int nameEnd(int header);

  /** The value as received, without white space around it; bytes above 127 as ISO 8859-1. */
  String value(int header);

  int valueStart(int header);

  /** The offset after the value's last byte. */
  int valueEnd(int header);

  /** The byte at an offset. */
  byte byteAt(int offset);

  /** Whether the message is of HTTP/1.1; of HTTP/1.0 otherwise. */
  boolean http11();

  /**
   * The headers with all edits up to now, each with CR and LF: what stages nearer to the sender
   * have made of them. A copy.
   */
  byte[] edited();

  /** The first value of a name. */
  default Optional<String> header(String name) {
    int found = find(name, 0);
    return found < 0 ? Optional.empty() : Optional.of(value(found));
  }

  /** Adds a header at the end, allocating nothing. */
  void add(PreparedHeader header);

  /**
   * Adds a header at the end, allocating nothing.
   *
   * @param value holds the value's bytes in front
   * @throws IllegalArgumentException when the value has control characters
   */
  void add(HeaderName name, byte[] value, int length);

  /**
   * Adds a header at the end.
   *
   * @throws IllegalArgumentException as {@link PreparedHeader} does
   */
  default void add(String name, String value) {
    add(new PreparedHeader(name, value));
  }

  /**
   * Removes a header.
   *
   * @throws IllegalArgumentException when it belongs to message framing
   */
  void remove(int header);

  /** Removes all headers of a name. */
  default void removeAll(String name) {
    for (int i = find(name, 0); i >= 0; i = find(name, i + 1)) {
      remove(i);
    }
  }

  /** Removes all headers of a name and adds one. */
  default void set(String name, String value) {
    removeAll(name);
    add(name, value);
  }

  /**
   * Leaves out a part of a header's value.
   *
   * @param from offset of the first byte left out, in the value
   * @param to offset after the last one
   * @throws IllegalArgumentException when the header belongs to message framing, or the part is not
   *     within the value
   */
  void cut(int header, int from, int to);
}
