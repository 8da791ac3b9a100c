package dev.shunt.node.cdn;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A host of the CDN.
 *
 * @param url {@code https://host} or {@code //host}, perhaps with a port and a path, without a
 *     slash at the end
 */
record CdnHost(String url) {

  private static final Pattern URL =
      Pattern.compile("(?:https?:)?//[a-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?");

  /**
   * Reads one.
   *
   * @param key of the configuration, for the message
   * @throws IllegalArgumentException when it is none; the message says what is allowed
   */
  static CdnHost parse(String key, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!URL.matcher(lower).matches()) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed is a URL such as https://cdn.example or //cdn.example/shop"
              .formatted(key, text));
    }
    return new CdnHost(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }

  /** The one for a path: always the same, and about as many paths for each. */
  static CdnHost of(List<CdnHost> hosts, String path) {
    if (hosts.size() == 1) {
      return hosts.getFirst();
    }
    long hash = 0xcbf29ce484222325L; // FNV-1a, 64 bits
    for (byte b : path.getBytes(StandardCharsets.ISO_8859_1)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hosts.get((int) Long.remainderUnsigned(hash ^ (hash >>> 32), hosts.size()));
  }

  /**
   * Whether a link to that path leads below this URL: one that climbs above the root of its host
   * ends there, but would leave the path that the URL has.
   */
  boolean holds(String path) {
    if (url.indexOf('/', url.indexOf("//") + 2) < 0) {
      return true;
    }
    int depth = 0;
    String[] segments = path.replaceAll("(?i)%2e", ".").split("/", -1);
    for (int i = 1; i < segments.length; i++) { // The first one is before the first slash.
      if (segments[i].equals("..")) {
        depth--;
      } else if (!segments[i].equals(".")) {
        depth++;
      }
      if (depth < 0) {
        return false;
      }
    }
    return true;
  }

  /** Host and port in lower case. */
  String host() {
    int from = url.indexOf("//") + 2;
    int to = url.indexOf('/', from);
    return url.substring(from, to < 0 ? url.length() : to).toLowerCase(Locale.ROOT);
  }
}
