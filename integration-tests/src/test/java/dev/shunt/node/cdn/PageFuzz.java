package dev.shunt.node.cdn;

/**
 * Links of a page, in tags, style attributes and style elements: changed alike however it is cut,
 * once and no more; all else passes byte for byte.
 */
public final class PageFuzz {

  private PageFuzz() {}

  /** What Jazzer calls; the bytes are the body. */
  public static void fuzzerTestOneInput(byte[] input) {
    new Rewriting(false).check(input);
  }
}
