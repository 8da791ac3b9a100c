package dev.shunt.node.cache;

import dev.shunt.node.RequestHead;
import java.util.OptionalLong;

/**
 * What a client has already, and would like to be told that it is still the same (RFC 9110 section
 * 13). Immutable.
 *
 * @param noneMatch of {@code If-None-Match}, empty without one
 * @param modifiedSince of {@code If-Modified-Since}, empty without one
 */
record Conditions(String noneMatch, String modifiedSince) {

  static final Conditions NONE = new Conditions("", "");

  private static final int OK = 200;

  static Conditions of(RequestHead request) {
    int first = request.find("If-None-Match", 0);
    int since = request.find("If-Modified-Since", 0);
    if (first < 0 && since < 0) {
      return NONE;
    }
    return new Conditions(
        Fields.list(request, "If-None-Match", first), since < 0 ? "" : request.value(since));
  }

  /** Whether the client has what is kept. */
  boolean has(StoredResponse kept) {
    if (kept.status != OK) {
      return false;
    }
    if (!noneMatch.isEmpty()) {
      return noneMatch.strip().equals("*")
          || Directives.split(noneMatch).stream().anyMatch(tag -> sameTag(tag, kept.etag));
    }
    OptionalLong since = HttpDate.parse(modifiedSince);
    OptionalLong modified = HttpDate.parse(kept.lastModified);
    return since.isPresent() && modified.isPresent() && modified.getAsLong() <= since.getAsLong();
  }

  /** Weak comparison (RFC 9110 section 8.8.3.2). */
  static boolean sameTag(String one, String other) {
    return !one.isEmpty() && opaque(one).equals(opaque(other));
  }

  private static String opaque(String tag) {
    return tag.startsWith("W/") ? tag.substring(2) : tag;
  }
}
