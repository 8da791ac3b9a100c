package dev.shunt.node.cdn;

/**
 * What stands behind {@code <!}, {@code <?} or an odd {@code </}: a comment, a document type,
 * CDATA; finds its end, byte by byte (WHATWG HTML sections 13.2.5.41 to 13.2.5.71). For one thread.
 */
final class Declaration {

  private enum State {
    OPEN,
    OPEN_DASH,
    COMMENT_START,
    COMMENT_START_DASH,
    COMMENT,
    COMMENT_DASH,
    COMMENT_END,
    COMMENT_END_BANG,
    CDATA_WORD,
    CDATA,
    CDATA_BRACKET,
    CDATA_END,
    /** A document type, or what is taken for a comment: both end with the next {@code >}. */
    OTHER
  }

  private static final String CDATA = "[CDATA[";

  private State state = State.OTHER;
  private boolean foreign;
  private int read;

  /**
   * Begins behind {@code <!}.
   *
   * @param inForeign whether it is in SVG or MathML: there is CDATA
   */
  void begin(boolean inForeign) {
    state = State.OPEN;
    foreign = inForeign;
    read = 0;
  }

  /** Begins behind {@code <?} or in what is no closing tag. */
  void beginOther() {
    state = State.OTHER;
  }

  /** Takes a byte. Returns true when it is over with it. */
  boolean take(byte b) {
    return switch (state) {
      case OPEN, OPEN_DASH, CDATA_WORD -> opening(b);
      case CDATA, CDATA_BRACKET, CDATA_END -> inCdata(b);
      case OTHER -> b == '>';
      default -> inComment(b);
    };
  }

  /** What it is, its first bytes tell. */
  private boolean opening(byte b) {
    if (state == State.OPEN && foreign && b == '[') {
      state = State.CDATA_WORD;
      read = 1;
    } else if (state == State.OPEN) {
      state = b == '-' ? State.OPEN_DASH : State.OTHER;
    } else if (state == State.OPEN_DASH) {
      state = b == '-' ? State.COMMENT_START : State.OTHER;
    } else {
      boolean next = b == CDATA.charAt(read);
      read++;
      state = !next ? State.OTHER : read == CDATA.length() ? State.CDATA : state;
    }
    return b == '>';
  }

  private boolean inCdata(byte b) {
    if (b == '>' && state == State.CDATA_END) {
      return true;
    }
    if (b != ']') {
      state = State.CDATA;
    } else if (state == State.CDATA) {
      state = State.CDATA_BRACKET;
    } else {
      state = State.CDATA_END;
    }
    return false;
  }

  private boolean inComment(byte b) {
    if (b == '>') {
      boolean over = state != State.COMMENT && state != State.COMMENT_DASH;
      state = State.COMMENT;
      return over;
    }
    if (b == '!' && state == State.COMMENT_END) {
      state = State.COMMENT_END_BANG;
    } else if (b != '-') {
      state = State.COMMENT;
    } else {
      state =
          switch (state) {
            case COMMENT_START -> State.COMMENT_START_DASH;
            case COMMENT, COMMENT_END_BANG -> State.COMMENT_DASH;
            default -> State.COMMENT_END;
          };
    }
    return false;
  }
}
