package dev.shunt.node;

import java.util.Locale;
import java.util.Set;

/** What header names, values and targets may be made of (RFC 9110 section 5, RFC 9112). */
public final class Headers {

  private static final boolean[] TOKEN = new boolean[256];

  /** What the relay itself sets: message framing and what belongs to one connection. */
  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  static {
    for (int c = 0; c < 128; c++) {
      TOKEN[c] = Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
  }

  private Headers() {}

  /** Whether a byte, taken without sign, may stand in a token (RFC 9110 section 5.6.2). */
  public static boolean isTokenByte(int unsigned) {
    return TOKEN[unsigned];
  }

  /** Whether a byte, taken without sign, may stand in a field value (RFC 9110 section 5.5). */
  public static boolean isValueByte(int unsigned) {
    return (unsigned >= ' ' && unsigned != 0x7F) || unsigned == '\t';
  }

  /** Whether a byte may stand in a request target: visible US-ASCII, and no fragment. */
  public static boolean isTargetByte(int unsigned) {
    return unsigned > ' ' && unsigned < 0x7F && unsigned != '#';
  }

  public static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c < 128 && TOKEN[c]);
  }

  public static boolean isValue(String text) {
    return text.chars().allMatch(c -> c < 256 && isValueByte(c)) && text.equals(text.strip());
  }

  public static boolean isTarget(String text) {
    return !text.isEmpty() && text.chars().allMatch(Headers::isTargetByte);
  }

  /** Whether a header belongs to message framing or one connection: the relay's own business. */
  public static boolean isFraming(String name) {
    return FRAMING.contains(name.toLowerCase(Locale.ROOT));
  }
}
