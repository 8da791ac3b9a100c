package dev.shunt.node.cdn;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads a tag byte by byte as browsers do (WHATWG HTML section 13.2.5.8 and those after it), and
 * keeps its bytes and the places of its attributes until the next one. For one thread.
 *
 * <p>Of a tag with more bytes or attributes than are kept only the name is known at the end.
 */
final class TagScanner {

  /** A page's largest tags have a picture in them, as a {@code data:} URL. */
  static final int MAX_BYTES = 1 << 16;

  static final int MAX_ATTRIBUTES = 256;

  private static final int FIRST_BYTES = 512;
  private static final int PLACES = 4;

  private enum State {
    NAME,
    BEFORE_ATTRIBUTE,
    ATTRIBUTE,
    AFTER_ATTRIBUTE,
    BEFORE_VALUE,
    DOUBLE_QUOTED,
    SINGLE_QUOTED,
    UNQUOTED,
    AFTER_VALUE,
    SLASH
  }

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;
  private int[] places = new int[PLACES * 16];
  private int attributes;
  private int nameStart;
  private int nameEnd;
  private boolean whole;
  private boolean selfClosing;
  private State state = State.NAME;

  /**
   * Begins a tag.
   *
   * @param closing whether its name is behind a slash
   */
  void begin(boolean closing) {
    length = 0;
    attributes = 0;
    whole = true;
    selfClosing = false;
    state = State.NAME;
    append((byte) '<');
    if (closing) {
      append((byte) '/');
    }
    nameStart = length;
    nameEnd = length;
  }

  /** Begins a closing tag whose name has been read, and does not keep it. */
  void beginAfterName() {
    begin(true);
    whole = false;
  }

  /** Takes a byte. Returns true when the tag ends with it. */
  boolean take(byte b) {
    if (whole) {
      if (length == MAX_BYTES) {
        whole = false;
      } else {
        append(b);
      }
    }
    return switch (state) {
      case NAME -> inName(b);
      case BEFORE_ATTRIBUTE -> beforeAttribute(b);
      case ATTRIBUTE -> inAttribute(b);
      case AFTER_ATTRIBUTE -> afterAttribute(b);
      case BEFORE_VALUE -> beforeValue(b);
      case DOUBLE_QUOTED -> inQuotes(b, '"');
      case SINGLE_QUOTED -> inQuotes(b, '\'');
      case UNQUOTED -> unquoted(b);
      case AFTER_VALUE -> afterValue(b);
      case SLASH -> afterSlash(b);
    };
  }

  /**
   * Takes bytes of a value in quotes, if that is what comes and they can be kept.
   *
   * @return where the first byte is that was not taken
   */
  int takeQuoted(ByteBuffer in, int from, int limit) {
    if (!whole || (state != State.DOUBLE_QUOTED && state != State.SINGLE_QUOTED)) {
      return from;
    }
    byte quote = (byte) (state == State.DOUBLE_QUOTED ? '"' : '\'');
    int most = Math.min(limit, from + MAX_BYTES - length);
    int end = Names.indexOf(quote, in, from, most);
    int count = end - from;
    if (count > 0) {
      reserve(count);
      in.get(from, bytes, length, count);
      length += count;
      place(3, length);
    }
    return end;
  }

  /** Whether all of it is kept. */
  boolean whole() {
    return whole;
  }

  /** Whether a slash stands before its end. */
  boolean selfClosing() {
    return selfClosing;
  }

  byte[] bytes() {
    return bytes;
  }

  /** How many bytes are kept. */
  int length() {
    return length;
  }

  int nameStart() {
    return nameStart;
  }

  int nameEnd() {
    return nameEnd;
  }

  int attributes() {
    return attributes;
  }

  int attributeStart(int attribute) {
    return places[attribute * PLACES];
  }

  int attributeEnd(int attribute) {
    return places[attribute * PLACES + 1];
  }

  /** Where its value begins, behind the quote if there is one; -1 without a value. */
  int valueStart(int attribute) {
    return places[attribute * PLACES + 2];
  }

  int valueEnd(int attribute) {
    return places[attribute * PLACES + 3];
  }

  /** The quote around a value, or 0. */
  char quote(int attribute) {
    byte before = bytes[valueStart(attribute) - 1];
    return before == '"' || before == '\'' ? (char) before : 0;
  }

  /**
   * The first attribute of a name, or -1.
   *
   * @param name in lower case
   */
  int find(byte[] name) {
    for (int i = 0; i < attributes; i++) {
      if (Names.isName(name, bytes, attributeStart(i), attributeEnd(i))) {
        return i;
      }
    }
    return -1;
  }

  /** Whether no attribute before has the same name, which browsers would take instead. */
  boolean isFirst(int attribute) {
    int length = attributeEnd(attribute) - attributeStart(attribute);
    for (int i = 0; i < attribute; i++) {
      boolean same = attributeEnd(i) - attributeStart(i) == length;
      for (int at = 0; same && at < length; at++) {
        same =
            Names.lower(bytes[attributeStart(i) + at])
                == Names.lower(bytes[attributeStart(attribute) + at]);
      }
      if (same) {
        return false;
      }
    }
    return true;
  }

  /** Whether an attribute has that value, but for the case of letters. */
  boolean valueIs(int attribute, byte[] value) {
    int from = Math.max(0, valueStart(attribute));
    int to = Math.max(0, valueEnd(attribute));
    return Names.isName(value, bytes, from, to);
  }

  /** Whether an attribute's value has that within, but for the case of letters. */
  boolean valueHas(int attribute, byte[] part) {
    for (int i = Math.max(0, valueStart(attribute)); i + part.length <= valueEnd(attribute); i++) {
      if (Names.isName(part, bytes, i, i + part.length)) {
        return true;
      }
    }
    return false;
  }

  private boolean inName(byte b) {
    if (Names.isSpace(b)) {
      state = State.BEFORE_ATTRIBUTE;
    } else if (b == '/') {
      state = State.SLASH;
    } else if (b == '>') {
      return true;
    } else {
      nameEnd = length;
    }
    return false;
  }

  private boolean beforeAttribute(byte b) {
    if (Names.isSpace(b)) {
      return false;
    }
    if (b == '/' || b == '>') {
      return afterAttribute(b);
    }
    beginAttribute();
    return false;
  }

  /** An equals sign may begin a name. */
  private void beginAttribute() {
    state = State.ATTRIBUTE;
    if (!whole) {
      return;
    }
    if (attributes == MAX_ATTRIBUTES) {
      whole = false;
      length--; // As of any byte that comes when no more are kept.
      return;
    }
    if (places.length == attributes * PLACES) {
      places = Arrays.copyOf(places, places.length * 2);
    }
    int at = attributes * PLACES;
    places[at] = length - 1;
    places[at + 1] = length;
    places[at + 2] = -1;
    places[at + 3] = -1;
    attributes++;
  }

  private void place(int which, int offset) {
    if (whole) {
      places[(attributes - 1) * PLACES + which] = offset;
    }
  }

  private boolean inAttribute(byte b) {
    if (b == '=') {
      state = State.BEFORE_VALUE;
    } else if (Names.isSpace(b) || b == '/' || b == '>') {
      return afterAttribute(b);
    } else {
      place(1, length);
    }
    return false;
  }

  private boolean afterAttribute(byte b) {
    state = State.AFTER_ATTRIBUTE;
    if (b == '/') {
      state = State.SLASH;
    } else if (b == '=') {
      state = State.BEFORE_VALUE;
    } else if (b == '>') {
      return true;
    } else if (!Names.isSpace(b)) {
      beginAttribute();
    }
    return false;
  }

  private boolean beforeValue(byte b) {
    if (Names.isSpace(b)) {
      return false;
    }
    if (b == '>') {
      return true;
    }
    boolean quoted = b == '"' || b == '\'';
    state = b == '"' ? State.DOUBLE_QUOTED : quoted ? State.SINGLE_QUOTED : State.UNQUOTED;
    place(2, quoted ? length : length - 1);
    place(3, length);
    return false;
  }

  private boolean inQuotes(byte b, char quote) {
    if (b == quote) {
      state = State.AFTER_VALUE;
    } else {
      place(3, length);
    }
    return false;
  }

  private boolean unquoted(byte b) {
    if (Names.isSpace(b)) {
      state = State.BEFORE_ATTRIBUTE;
    } else if (b == '>') {
      return true;
    } else {
      place(3, length);
    }
    return false;
  }

  private boolean afterValue(byte b) {
    state = State.BEFORE_ATTRIBUTE;
    return beforeAttribute(b);
  }

  private boolean afterSlash(byte b) {
    if (b == '>') {
      selfClosing = true;
      return true;
    }
    state = State.BEFORE_ATTRIBUTE;
    return beforeAttribute(b);
  }

  private void append(byte b) {
    reserve(1);
    bytes[length++] = b;
  }

  private void reserve(int count) {
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
    }
  }
}
