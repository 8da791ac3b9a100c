package dev.shunt.node;

/**
 * What a text must be like.
 *
 * @param kind how it is compared
 * @param text what with; compared byte by byte
 */
public record TextMatch(Kind kind, String text) {

  public static final int MAX_TEXT = 1024;

  /** How texts are compared. */
  public enum Kind {
    /** The whole. */
    EXACT,
    /** The beginning, wherever it ends. */
    PREFIX,
    /**
     * A regular expression for the whole, in RE2's syntax: its time grows with the text's length
     * alone, whatever a client sends.
     */
    REGEX
  }

  public TextMatch {
    Ranges.check("a text to match, characters", text.length(), 0, MAX_TEXT);
  }
}
