package dev.shunt.node;

import java.util.Locale;

/**
 * Which kept responses are to be forgotten.
 *
 * @param value of {@link Kind#ALL} empty; of {@link Kind#URL} and {@link Kind#PREFIX} an absolute
 *     URL or the beginning of one, {@code http://host/path?query}; of {@link Kind#TAG} a tag as the
 *     response named it
 */
public record CachePurge(Kind kind, String value) {

  /** What a purge goes by. */
  public enum Kind {
    ALL,
    URL,
    PREFIX,
    TAG
  }

  /**
   * Checks that the value fits its kind.
   *
   * @throws IllegalArgumentException saying what was found and what is allowed
   */
  public CachePurge {
    boolean url = value.startsWith("http://") || value.startsWith("https://");
    boolean tag =
        !value.isEmpty() && value.chars().allMatch(c -> c > ' ' && c < 127 && c != ',' && c != '"');
    boolean fits =
        switch (kind) {
          case ALL -> value.isEmpty();
          case URL, PREFIX -> url;
          case TAG -> tag;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          switch (kind) {
            case ALL -> "all: found '" + value + "', allowed is nothing";
            case URL, PREFIX ->
                kind.name().toLowerCase(Locale.ROOT)
                    + ": found '"
                    + value
                    + "', allowed is an absolute URL: http://host/path or https://host/path";
            case TAG ->
                "tag: found '"
                    + value
                    + "', allowed is printable ASCII without blanks, ',' and '\"'";
          });
    }
  }

  public static CachePurge all() {
    return new CachePurge(Kind.ALL, "");
  }
}
