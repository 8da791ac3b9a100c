package dev.shunt.node.cdn;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * Which paths a rule is for: a glob, in which {@code *} stands for any part of a segment and {@code
 * **} for any number of segments, or a regular expression behind {@code ~}. Immutable.
 */
final class PathPattern {

  private static final char REGEX = '~';

  private final Pattern pattern;
  private final boolean anywhere;

  private PathPattern(Pattern pattern, boolean anywhere) {
    this.pattern = pattern;
    this.anywhere = anywhere;
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException when it is neither; the message says what is allowed
   */
  static PathPattern parse(String text) {
    if (text.startsWith("/") || text.startsWith("*")) {
      return new PathPattern(Pattern.compile(glob(text)), false);
    }
    if (text.isEmpty() || text.charAt(0) != REGEX) {
      throw new IllegalArgumentException(
          "path: found '%s', allowed is a pattern such as /static/**, or ~ and a regular expression"
              .formatted(text));
    }
    try {
      return new PathPattern(Pattern.compile(text.substring(1)), true);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "path: found '%s', which is no regular expression: %s"
              .formatted(text, e.getDescription()),
          e);
    }
  }

  private static String glob(String text) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '*') {
        regex.append(Pattern.quote(String.valueOf(c)));
      } else if (i + 1 < text.length() && text.charAt(i + 1) == '*') {
        regex.append(".*");
        i++;
      } else {
        regex.append("[^/]*");
      }
    }
    return regex.toString();
  }

  boolean matches(String path) {
    return anywhere ? pattern.matcher(path).find() : pattern.matcher(path).matches();
  }
}
