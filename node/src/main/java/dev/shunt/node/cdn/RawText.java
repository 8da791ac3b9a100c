package dev.shunt.node.cdn;

import java.nio.charset.StandardCharsets;

/**
 * The text of an element in which there are no tags but its own end: finds that end, byte by byte
 * (WHATWG HTML sections 13.2.5.9 to 13.2.5.31). For one thread.
 */
final class RawText {

  /** What a byte did. */
  enum Found {
    /** It is text. */
    TEXT,
    /** It may be part of the end: it and those before it since the last {@code <}. */
    PERHAPS,
    /** It stands behind the end's name: a space, a slash or {@code >}. */
    END
  }

  /** How scripts hide what looks like their end (section 13.2.5.17 and those after it). */
  private enum Script {
    PLAIN,
    /** At the exclamation mark behind a {@code <}. */
    BANG,
    ESCAPE_START,
    ESCAPE_START_DASH,
    ESCAPED,
    ESCAPED_DASH,
    ESCAPED_DASH_DASH,
    DOUBLE,
    DOUBLE_DASH,
    DOUBLE_DASH_DASH,
    /** Behind a {@code <} in a part that is escaped once: is it {@code script}? */
    ESCAPED_NAME,
    /** Behind a {@code </} in a part that is escaped twice. */
    DOUBLE_NAME
  }

  private static final byte[] SCRIPT = "script".getBytes(StandardCharsets.US_ASCII);

  private byte[] name = SCRIPT;
  private Script script = Script.PLAIN;
  private boolean isScript;

  /** How much of {@code </name} was read; -1 in no such thing. */
  private int matched;

  /** How many letters of a name were read that may be {@code script}; -1 if it is not. */
  private int letters;

  private boolean slash;

  /** Begins behind a tag of that name, given in lower case. */
  void begin(byte[] of) {
    name = of;
    isScript = Names.isName(SCRIPT, of, 0, of.length);
    script = Script.PLAIN;
    matched = -1;
  }

  /** After {@link Found#PERHAPS}: how many bytes the end has so far. */
  int matched() {
    return matched;
  }

  /** Whether all before the next {@code <} is text. */
  boolean isPlain() {
    return matched < 0 && script == Script.PLAIN;
  }

  Found take(byte b) {
    if (matched >= 0) {
      if (continues(b)) {
        return Found.PERHAPS;
      }
      if (matched == name.length + 2 && (Names.isSpace(b) || b == '/' || b == '>')) {
        matched = -1;
        return Found.END;
      }
      afterLess(b);
      matched = -1;
    }
    if (script == Script.ESCAPED_NAME || script == Script.DOUBLE_NAME) {
      if (inName(b)) {
        return Found.TEXT;
      }
    }
    if (b == '<' && mayEnd()) {
      matched = 1;
      return Found.PERHAPS;
    }
    if (isScript) {
      inScript(b);
    }
    return Found.TEXT;
  }

  private boolean continues(byte b) {
    boolean next =
        matched == 1 ? b == '/' : matched < name.length + 2 && Names.lower(b) == name[matched - 2];
    if (next) {
      matched++;
    }
    return next;
  }

  /** In a part that is escaped twice, an end tag only ends the inner script. */
  private boolean mayEnd() {
    return switch (script) {
      case DOUBLE, DOUBLE_DASH, DOUBLE_DASH_DASH -> false;
      default -> true;
    };
  }

  /** What looked like an end was none: what is it to a script? */
  private void afterLess(byte b) {
    if (!isScript) {
      return;
    }
    if (script == Script.PLAIN
        || script == Script.ESCAPE_START
        || script == Script.ESCAPE_START_DASH) {
      script = matched == 1 && b == '!' ? Script.BANG : Script.PLAIN;
      return;
    }
    script = Script.ESCAPED;
    if (matched == 1 && Names.isLetter(b)) {
      script = Script.ESCAPED_NAME;
      letters = 0;
    }
  }

  private void inScript(byte b) {
    switch (script) {
      case PLAIN -> {}
      case BANG -> script = Script.ESCAPE_START;
      case ESCAPE_START -> script = b == '-' ? Script.ESCAPE_START_DASH : Script.PLAIN;
      case ESCAPE_START_DASH -> script = b == '-' ? Script.ESCAPED_DASH_DASH : Script.PLAIN;
      case ESCAPED -> script = b == '-' ? Script.ESCAPED_DASH : Script.ESCAPED;
      case ESCAPED_DASH -> script = b == '-' ? Script.ESCAPED_DASH_DASH : Script.ESCAPED;
      case ESCAPED_DASH_DASH ->
          script = b == '-' ? script : b == '>' ? Script.PLAIN : Script.ESCAPED;
      case DOUBLE, DOUBLE_DASH, DOUBLE_DASH_DASH -> inDouble(b);
      case ESCAPED_NAME, DOUBLE_NAME -> {}
    }
  }

  private void inDouble(byte b) {
    if (b == '-') {
      script = script == Script.DOUBLE ? Script.DOUBLE_DASH : Script.DOUBLE_DASH_DASH;
    } else if (b == '>' && script == Script.DOUBLE_DASH_DASH) {
      script = Script.PLAIN;
    } else if (b == '<') {
      script = Script.DOUBLE_NAME;
      letters = 0;
      slash = false;
    } else {
      script = Script.DOUBLE;
    }
  }

  /**
   * Reads a name that changes how a script goes on if it is {@code script}. Returns false when the
   * byte is not part of it.
   */
  private boolean inName(byte b) {
    boolean inner = script == Script.DOUBLE_NAME;
    if (inner && !slash && b == '/') {
      slash = true;
      return true;
    }
    if (Names.isLetter(b) && (slash || !inner)) {
      boolean goesOn = letters >= 0 && letters < SCRIPT.length && Names.lower(b) == SCRIPT[letters];
      letters = goesOn ? letters + 1 : -1;
      return true;
    }
    boolean ends = Names.isSpace(b) || b == '/' || b == '>';
    boolean changes = ends && letters == SCRIPT.length;
    script = inner == changes ? Script.ESCAPED : Script.DOUBLE;
    return ends && (slash || !inner);
  }
}
