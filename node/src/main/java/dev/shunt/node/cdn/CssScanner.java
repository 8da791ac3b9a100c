package dev.shunt.node.cdn;

import java.util.Arrays;

/**
 * Finds the URLs of a style sheet, byte by byte (CSS Syntax Level 3, section 4): {@code url(…)}
 * with quotes and without, the string of an {@code @import}, those of an {@code image-set}.
 * Comments and other strings are passed over. For one thread.
 *
 * <p>The bytes of a URL have to be kept until it ends. One that is longer than {@link #MAX_URL}, or
 * has an escape in it, is none that can be changed.
 */
final class CssScanner {

  static final int MAX_URL = 8_192;

  /** What a byte did. */
  enum Found {
    /** It is of no URL. */
    NOTHING,
    /** It belongs to a URL and is kept. */
    KEPT,
    /** The URL that is kept ends before it. */
    URL,
    /** What is kept ends before it, and is no URL that can be changed. */
    NO_URL
  }

  private enum State {
    PLAIN,
    PLAIN_ESCAPE,
    SLASH,
    COMMENT,
    COMMENT_STAR,
    STRING,
    STRING_ESCAPE,
    BEFORE_URL,
    UNQUOTED,
    /** Only the parenthesis may follow. */
    AFTER_UNQUOTED,
    QUOTED,
    /** Up to the parenthesis that ends a URL which was given up. */
    SKIPPED,
    SKIPPED_ESCAPE
  }

  private static final String URL_WORD = "url";
  private static final String IMPORT_WORD = "@import";
  private static final String SET_WORD = "image-set";
  private static final String OLD_SET_WORD = "-webkit-image-set";
  private static final int WORD = 20;
  private static final int FIRST_BYTES = 256;

  /** By a byte's value, whether it belongs to a word; a backslash does too, but escapes. */
  private static final boolean[] WORD_BYTES = new boolean[256];

  static {
    for (int b = 0; b < 256; b++) {
      boolean digit = b >= '0' && b <= '9';
      WORD_BYTES[b] = b >= 0x80 || digit || Names.isLetter(b) || "-_@".indexOf(b) >= 0;
    }
  }

  private State state = State.PLAIN;
  private final byte[] word = new byte[WORD];
  private int wordLength;
  private boolean importing;
  private byte quote;
  private byte[] url = new byte[FIRST_BYTES];
  private int length;

  /** How many parentheses are open since that of an {@code image-set}, or 0. */
  private int setDepth;

  /** Begins a style sheet, or a style attribute. */
  void begin() {
    state = State.PLAIN;
    wordLength = 0;
    importing = false;
    setDepth = 0;
    length = 0;
  }

  /** What is kept: {@link #length} bytes. */
  byte[] url() {
    return url;
  }

  int length() {
    return length;
  }

  /** After what was kept has been passed on. */
  void clear() {
    length = 0;
  }

  Found take(byte b) {
    if (state == State.PLAIN && WORD_BYTES[b & 0xFF]) {
      return inWord(b);
    }
    return switch (state) {
      case PLAIN, SLASH -> plain(b);
      case PLAIN_ESCAPE -> {
        // Whatever it is, a quote or a parenthesis as well: it belongs to the word.
        state = State.PLAIN;
        yield Found.NOTHING;
      }
      case COMMENT, COMMENT_STAR -> comment(b);
      case STRING, STRING_ESCAPE -> string(b);
      case BEFORE_URL -> beforeUrl(b);
      case UNQUOTED, AFTER_UNQUOTED -> unquoted(b);
      case QUOTED -> quoted(b);
      case SKIPPED -> {
        state = b == ')' ? State.PLAIN : b == '\\' ? State.SKIPPED_ESCAPE : State.SKIPPED;
        yield Found.NOTHING;
      }
      case SKIPPED_ESCAPE -> {
        state = State.SKIPPED;
        yield Found.NOTHING;
      }
    };
  }

  private Found plain(byte b) {
    if (b == '*' && state == State.SLASH) {
      state = State.COMMENT;
      return Found.NOTHING;
    }
    state = b == '/' ? State.SLASH : b == '\\' ? State.PLAIN_ESCAPE : State.PLAIN;
    if (b == '\\' || WORD_BYTES[b & 0xFF]) {
      return inWord(b);
    }
    // A space or a comment may stand between the word and its string.
    importing = isWord(IMPORT_WORD) || (importing && wordLength == 0);
    if (b == '"' || b == '\'') {
      quote = b;
      state = importing || setDepth == 1 ? State.QUOTED : State.STRING;
    } else if (b == '(' && isWord(URL_WORD)) {
      state = State.BEFORE_URL;
    } else {
      countParentheses(b);
    }
    importing &= Names.isSpace(b) || b == '/';
    wordLength = 0;
    return Found.NOTHING;
  }

  private Found inWord(byte b) {
    if (wordLength < WORD) {
      word[wordLength] = (byte) Names.lower(b);
    }
    wordLength++;
    importing = false;
    return Found.NOTHING;
  }

  /** Only the strings of an {@code image-set} itself are links, not those of functions in it. */
  private void countParentheses(byte b) {
    if (b == '(') {
      setDepth = setDepth > 0 || isWord(SET_WORD) || isWord(OLD_SET_WORD) ? setDepth + 1 : 0;
    } else if (b == ')') {
      setDepth = Math.max(0, setDepth - 1);
    } else if (b == '{' || b == '}' || b == ';') {
      setDepth = 0;
    }
  }

  private boolean isWord(String wanted) {
    if (wordLength != wanted.length()) {
      return false;
    }
    for (int i = 0; i < wordLength; i++) {
      if (word[i] != wanted.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private Found comment(byte b) {
    if (b == '/' && state == State.COMMENT_STAR) {
      state = State.PLAIN;
    } else {
      state = b == '*' ? State.COMMENT_STAR : State.COMMENT;
    }
    return Found.NOTHING;
  }

  private Found string(byte b) {
    if (state == State.STRING_ESCAPE) {
      state = State.STRING;
    } else if (b == '\\') {
      state = State.STRING_ESCAPE;
    } else if (b == quote || isLineEnd(b)) {
      state = State.PLAIN;
    }
    return Found.NOTHING;
  }

  private static boolean isLineEnd(byte b) {
    return b == '\n' || b == '\r' || b == '\f';
  }

  private Found beforeUrl(byte b) {
    if (Names.isSpace(b)) {
      return Found.NOTHING;
    }
    if (b == '"' || b == '\'') {
      quote = b;
      state = State.QUOTED;
      setDepth += setDepth > 0 ? 1 : 0; // Its parenthesis comes behind the string.
      return Found.NOTHING;
    }
    state = State.UNQUOTED;
    return unquoted(b);
  }

  private Found unquoted(byte b) {
    if (b == ')') {
      state = State.PLAIN;
      return Found.URL;
    }
    if (Names.isSpace(b)) {
      return keep(b, State.AFTER_UNQUOTED, State.SKIPPED);
    }
    if (b == '\\') {
      return giveUp(State.SKIPPED_ESCAPE);
    }
    boolean bad = state == State.AFTER_UNQUOTED || b == '"' || b == '\'' || b == '(';
    return bad ? giveUp(State.SKIPPED) : keep(b, State.UNQUOTED, State.SKIPPED);
  }

  private Found quoted(byte b) {
    if (b == quote) {
      state = State.PLAIN;
      return Found.URL;
    }
    if (isLineEnd(b)) {
      return giveUp(State.PLAIN);
    }
    return b == '\\' ? giveUp(State.STRING_ESCAPE) : keep(b, State.QUOTED, State.STRING);
  }

  /**
   * @param next the state after it
   * @param tooLong that after a URL that is longer than can be kept
   */
  private Found keep(byte b, State next, State tooLong) {
    if (length == MAX_URL) {
      return giveUp(tooLong);
    }
    state = next;
    if (length == url.length) {
      url = Arrays.copyOf(url, length * 2);
    }
    url[length++] = b;
    return Found.KEPT;
  }

  private Found giveUp(State next) {
    state = next;
    return Found.NO_URL;
  }
}
