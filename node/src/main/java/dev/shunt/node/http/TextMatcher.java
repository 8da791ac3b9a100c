package dev.shunt.node.http;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.shunt.node.NormalPath;
import dev.shunt.node.TextMatch;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A {@link TextMatch}, ready to compare bytes; those of a text are ISO 8859-1. Immutable. */
final class TextMatcher {

  private final TextMatch.Kind kind;
  private final byte[] text;
  private final @Nullable Pattern pattern;

  /**
   * @throws IllegalArgumentException when it is no regular expression of RE2
   */
  TextMatcher(TextMatch match) {
    kind = match.kind();
    text = match.text().getBytes(StandardCharsets.ISO_8859_1);
    pattern = kind == TextMatch.Kind.REGEX ? compile(match.text()) : null;
  }

  private static Pattern compile(String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "regular expression: found '%s', allowed is RE2's syntax: %s"
              .formatted(regex, e.getDescription()),
          e);
    }
  }

  boolean matches(NormalPath path) {
    return switch (kind) {
      case EXACT -> path.is(text);
      case PREFIX -> path.startsWith(text);
      case REGEX -> pattern != null && pattern.matcher(path).matches();
    };
  }

  boolean matchesValue(HttpHead head, int header) {
    int from = head.valueStart(header);
    int to = head.valueEnd(header);
    return switch (kind) {
      case EXACT -> to - from == text.length && beginsAt(head.bytes, from);
      case PREFIX -> to - from >= text.length && beginsAt(head.bytes, from);
      case REGEX -> pattern != null && pattern.matches(head.text(from, to));
    };
  }

  private boolean beginsAt(byte[] bytes, int from) {
    for (int i = 0; i < text.length; i++) {
      if (bytes[from + i] != text[i]) {
        return false;
      }
    }
    return true;
  }
}
