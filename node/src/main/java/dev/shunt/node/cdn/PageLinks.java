package dev.shunt.node.cdn;

/** What becomes of the links of one page, or of one style sheet. For one thread. */
interface PageLinks {

  /**
   * A tag of an element: writes it, with the links in it changed that are to be.
   *
   * @param element its number in {@link Elements}
   * @param tag whole
   */
  void tag(int element, TagScanner tag, Output out);

  /** The page's first {@code base}, on which all later relative links rest. */
  void base(TagScanner tag);

  /** A link in a style sheet: writes it, changed if it is to be. */
  void ofStyle(byte[] url, int length, Output out);
}
