package dev.shunt.node;

import java.util.Optional;

/**
 * A header that a request must have.
 *
 * @param name in any case
 * @param value what one of its values must be like; absent: it need only be there
 */
public record HeaderMatch(String name, Optional<TextMatch> value) {

  public HeaderMatch {
    if (!Headers.isToken(name)) {
      throw new IllegalArgumentException(
          "header: found '%s', allowed is a header's name".formatted(name));
    }
  }
}
