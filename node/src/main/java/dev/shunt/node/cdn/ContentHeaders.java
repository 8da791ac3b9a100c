package dev.shunt.node.cdn;

import dev.shunt.node.MessageHead;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What headers say of a body that is to be changed, and what they have to say afterwards. */
final class ContentHeaders {

  /** What is rewritten. */
  enum Content {
    PAGE,
    STYLE
  }

  static final int NOT_MODIFIED = 304;

  private static final String ACCEPT_ENCODING = "Accept-Encoding";
  private static final String ETAG = "ETag";
  private static final String WEAK = "W/";
  private static final String CACHE_CONTROL = "Cache-Control";
  private static final String NO_TRANSFORM = "no-transform";
  private static final int PARTIAL_CONTENT = 206;

  /** Digests of what a server sent (RFC 1864, RFC 3230, RFC 9530), and ranges of it. */
  private static final List<String> NO_LONGER_TRUE =
      List.of("Content-MD5", "Digest", "Content-Digest", "Repr-Digest", "Accept-Ranges");

  /** Charsets in which a letter may have the bytes of tags. */
  private static final List<String> FOREIGN_CHARSETS =
      List.of("utf-16", "utf-32", "iso-2022-", "utf-7", "hz-gb-2312", "ucs-2", "iso-10646");

  private ContentHeaders() {}

  /** Leaves of {@code Accept-Encoding} what can be undone here. */
  static void acceptKnownCodings(RequestHead request) {
    List<String> known = new ArrayList<>();
    boolean changed = false;
    for (int i = request.find(ACCEPT_ENCODING, 0);
        i >= 0;
        i = request.find(ACCEPT_ENCODING, i + 1)) {
      for (String one : request.value(i).split(",")) {
        String name = one.split(";", 2)[0].strip();
        // Anything is whatever a server likes, and that may not be known here.
        boolean keep = !name.equals("*") && BodyCoding.of(name).isPresent();
        changed |= !keep;
        if (keep && !name.isEmpty()) {
          known.add(one.strip());
        }
      }
    }
    if (changed) {
      request.set(ACCEPT_ENCODING, known.isEmpty() ? "identity" : String.join(", ", known));
    }
  }

  /** What the body is, if it is something to rewrite. */
  static Optional<Content> content(ResponseHead response) {
    String type = response.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    return switch (type.split(";", 2)[0].strip()) {
      case "text/html" -> Optional.of(Content.PAGE);
      case "text/css" -> Optional.of(Content.STYLE);
      default -> Optional.empty();
    };
  }

  /** How the body is coded, if it may be changed and that can be undone. */
  static Optional<BodyCoding> changeable(RequestHead request, ResponseHead response) {
    if (response.status() == PARTIAL_CONTENT
        || has(response, CACHE_CONTROL, NO_TRANSFORM)
        || has(request, CACHE_CONTROL, NO_TRANSFORM)
        || FOREIGN_CHARSETS.stream().anyMatch(charset(response)::startsWith)) {
      return Optional.empty();
    }
    int first = response.find("Content-Encoding", 0);
    if (first < 0) {
      return Optional.of(BodyCoding.IDENTITY);
    }
    return response.find("Content-Encoding", first + 1) >= 0
        ? Optional.empty()
        : BodyCoding.of(response.value(first));
  }

  private static String charset(ResponseHead response) {
    for (String parameter : response.header("Content-Type").orElse("").split(";")) {
      String[] parts = parameter.strip().split("=", 2);
      if (parts.length == 2 && parts[0].strip().equalsIgnoreCase("charset")) {
        return parts[1].strip().replace("\"", "").toLowerCase(Locale.ROOT);
      }
    }
    return "";
  }

  /** Whether a list of a header has a word, whatever its case. */
  private static boolean has(MessageHead head, String name, String word) {
    for (int i = head.find(name, 0); i >= 0; i = head.find(name, i + 1)) {
      for (String one : head.value(i).split(",")) {
        if (one.strip().equalsIgnoreCase(word)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * What a page may load, as its head says.
   *
   * @param scheme of the page
   */
  static ContentPolicy policy(ResponseHead response, String scheme) {
    ContentPolicy policy = new ContentPolicy(scheme);
    String name = ContentPolicy.HEADER;
    for (int i = response.find(name, 0); i >= 0; i = response.find(name, i + 1)) {
      policy.add(response.value(i));
    }
    return policy;
  }

  /** The body is not the server's any more: nothing that counted or summed its bytes is true. */
  static void changed(ResponseHead response) {
    NO_LONGER_TRUE.forEach(response::removeAll);
    response
        .header(ETAG)
        .filter(tag -> !tag.startsWith(WEAK))
        .ifPresent(tag -> response.set(ETAG, WEAK + tag));
  }

  /**
   * A client that has a rewritten body has a weak tag with it, and would find nothing to freshen by
   * a strong one (RFC 9111 section 4.3.4).
   */
  static void keepWeak(ResponseHead response, RequestHead request) {
    String tag = response.header(ETAG).orElse("");
    if (!tag.isEmpty() && !tag.startsWith(WEAK) && has(request, "If-None-Match", WEAK + tag)) {
      response.set(ETAG, WEAK + tag);
    }
  }
}
