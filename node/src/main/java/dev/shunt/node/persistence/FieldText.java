package dev.shunt.node.persistence;

import dev.shunt.node.MessageHead;

/** Where parts of a header field's value begin and end, by their place in the head. */
final class FieldText {

  private FieldText() {}

  /** The first place of a character; {@code to} where it is not. */
  static int indexOf(MessageHead head, char wanted, int from, int to) {
    int at = from;
    while (at < to && head.byteAt(at) != wanted) {
      at++;
    }
    return at;
  }

  /** The first place that is no white space (RFC 9110 section 5.6.3). */
  static int skipSpace(MessageHead head, int from, int to) {
    int at = from;
    while (at < to && (head.byteAt(at) == ' ' || head.byteAt(at) == '\t')) {
      at++;
    }
    return at;
  }

  /** Behind the last place that is no white space. */
  static int trimEnd(MessageHead head, int from, int to) {
    int at = to;
    while (at > from && (head.byteAt(at - 1) == ' ' || head.byteAt(at - 1) == '\t')) {
      at--;
    }
    return at;
  }
}
