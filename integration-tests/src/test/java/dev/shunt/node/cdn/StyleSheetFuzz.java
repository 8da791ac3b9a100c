package dev.shunt.node.cdn;

/**
 * Links of a style sheet: changed alike however it is cut, once and no more; all else passes byte
 * for byte.
 */
public final class StyleSheetFuzz {

  private StyleSheetFuzz() {}

  /** What Jazzer calls; the bytes are the body. */
  public static void fuzzerTestOneInput(byte[] input) {
    new Rewriting(true).check(input);
  }
}
