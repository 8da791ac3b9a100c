package dev.shunt.node.http;

import dev.shunt.node.Headers;

/**
 * Checks what stands behind a chunk's size, byte by byte (RFC 9112 section 7.1.1): {@code
 * ;name=value}, in which no white space may stand but between quotes. Nobody uses them; but a quote
 * that stays open may hide a line's end from another reader.
 */
final class ChunkExtensions {

  private enum State {
    NONE,
    NAME_START,
    NAME,
    VALUE_START,
    VALUE,
    QUOTED,
    ESCAPED,
    QUOTE_END,
    BAD
  }

  /** How many bytes they may have. */
  private static final int MAX_BYTES = 256;

  private State state = State.NONE;
  private int length;

  void begin() {
    state = State.NONE;
    length = 0;
  }

  /** How many bytes were taken. */
  int length() {
    return length;
  }

  /** Whether the line may end here. */
  boolean complete() {
    return switch (state) {
      case NONE, NAME, VALUE, QUOTE_END -> true;
      case NAME_START, VALUE_START, QUOTED, ESCAPED, BAD -> false;
    };
  }

  /** Whether a byte may be the next one. */
  boolean take(byte b) {
    if (++length > MAX_BYTES) {
      return false;
    }
    State next = next(b & 0xFF);
    state = next;
    return next != State.BAD;
  }

  private State next(int b) {
    return switch (state) {
      case QUOTED -> inQuotes(b);
      case ESCAPED -> isQuotable(b) ? State.QUOTED : State.BAD;
      case NAME_START -> Headers.isTokenByte(b) ? State.NAME : State.BAD;
      case VALUE_START ->
          b == '"' ? State.QUOTED : Headers.isTokenByte(b) ? State.VALUE : State.BAD;
      case NAME -> b == '=' ? State.VALUE_START : Headers.isTokenByte(b) ? State.NAME : another(b);
      case VALUE -> Headers.isTokenByte(b) ? State.VALUE : another(b);
      case NONE, QUOTE_END -> another(b);
      case BAD -> State.BAD;
    };
  }

  private static State inQuotes(int b) {
    return switch (b) {
      case '"' -> State.QUOTE_END;
      case '\\' -> State.ESCAPED;
      default -> isQuotable(b) ? State.QUOTED : State.BAD;
    };
  }

  /** Bytes beyond ASCII are left out: others fail on them. */
  private static boolean isQuotable(int b) {
    return b < 0x80 && Headers.isValueByte(b);
  }

  private static State another(int b) {
    return b == ';' ? State.NAME_START : State.BAD;
  }
}
