package dev.shunt.node.persistence;

import dev.shunt.node.Headers;
import dev.shunt.node.MessageHead;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A place in a message where something stands that tells clients apart. Reading allocates nothing;
 * whatever a client sends is looked at once, from left to right.
 *
 * @param name of the cookie, parameter or header; empty where the kind needs none
 */
record ValueSource(Kind kind, String name) {

  /** The kinds there are. */
  enum Kind {
    /** A cookie: {@code Cookie} of a request, {@code Set-Cookie} of a response. */
    COOKIE,
    /** A parameter of a path segment, {@code ;name=value} (RFC 3986 section 3.3). */
    PATH,
    /** A parameter of the query. */
    QUERY,
    HEADER,
    /** The path, as it was sent, without its query. */
    URL,
    /** Where the client is. */
    ADDRESS;

    boolean hasName() {
      return this != URL && this != ADDRESS;
    }
  }

  static final int MAX_SOURCES = 8;

  /**
   * Reads a list such as {@code cookie:JSESSIONID path:jsessionid}.
   *
   * @param key the setting's, for errors
   * @throws IllegalArgumentException when one is not allowed
   */
  static List<ValueSource> parse(String key, String list, Set<Kind> allowed) {
    List<ValueSource> sources = new ArrayList<>();
    for (String item : list.trim().split("[ ,]+", -1)) {
      sources.add(parseOne(key, item, allowed));
    }
    if (sources.size() > MAX_SOURCES) {
      throw new IllegalArgumentException(
          "%s: found %d places, allowed is at most %d".formatted(key, sources.size(), MAX_SOURCES));
    }
    return sources;
  }

  private static ValueSource parseOne(String key, String item, Set<Kind> allowed) {
    int colon = item.indexOf(':');
    String kind = colon < 0 ? item : item.substring(0, colon);
    String name = colon < 0 ? "" : item.substring(colon + 1);
    for (Kind each : EnumSet.copyOf(allowed)) {
      if (each.name().toLowerCase(Locale.ROOT).equals(kind)
          && (each.hasName() ? Headers.isToken(name) : colon < 0)) {
        return new ValueSource(each, name);
      }
    }
    throw new IllegalArgumentException(
        "%s: found '%s', allowed is a list of %s"
            .formatted(
                key,
                item,
                EnumSet.copyOf(allowed).stream()
                    .map(k -> k.name().toLowerCase(Locale.ROOT) + (k.hasName() ? ":NAME" : ""))
                    .collect(Collectors.joining(", "))));
  }

  /** Finds values in a request; whether {@code values} had enough. */
  boolean find(RequestHead request, Values values) {
    return switch (kind) {
      case COOKIE -> cookies(request, values);
      case HEADER -> headers(request, values);
      case PATH -> parameters(request, ';', request.targetStart(), pathEnd(request), values);
      case QUERY -> {
        int end = pathEnd(request);
        yield parameters(request, '&', end, request.targetEnd(), values);
      }
      case URL -> take(request, request.targetStart(), pathEnd(request), false, values);
      case ADDRESS -> false;
    };
  }

  /** Finds values in a response; whether {@code values} had enough. */
  boolean find(ResponseHead response, Values values) {
    return switch (kind) {
      case COOKIE -> setCookies(response, values);
      case HEADER -> headers(response, values);
      case PATH, QUERY, URL, ADDRESS -> false;
    };
  }

  private boolean headers(MessageHead head, Values values) {
    for (int i = head.find(name, 0); i >= 0; i = head.find(name, i + 1)) {
      if (take(head, head.valueStart(i), head.valueEnd(i), false, values)) {
        return true;
      }
    }
    return false;
  }

  /** RFC 6265 section 4.2.1; a name that stands there twice is found twice. */
  private boolean cookies(RequestHead request, Values values) {
    for (int i = request.find("cookie", 0); i >= 0; i = request.find("cookie", i + 1)) {
      int end = request.valueEnd(i);
      for (int at = request.valueStart(i); at < end; ) {
        int from = FieldText.skipSpace(request, at, end);
        int to = FieldText.indexOf(request, ';', from, end);
        if (isNamed(request, from, to)
            && take(
                request,
                from + name.length() + 1,
                FieldText.trimEnd(request, from, to),
                false,
                values)) {
          return true;
        }
        at = to + 1;
      }
    }
    return false;
  }

  /** RFC 6265 section 4.1: a header each, the pair first. */
  private boolean setCookies(ResponseHead response, Values values) {
    for (int i = response.find("set-cookie", 0); i >= 0; i = response.find("set-cookie", i + 1)) {
      int from = response.valueStart(i);
      int to = FieldText.indexOf(response, ';', from, response.valueEnd(i));
      if (isNamed(response, from, to)
          && take(
              response,
              from + name.length() + 1,
              FieldText.trimEnd(response, from, to),
              false,
              values)) {
        return true;
      }
    }
    return false;
  }

  /** Of a path behind {@code ;} and up to the segment's end, of a query behind {@code ?}. */
  private boolean parameters(
      RequestHead request, char separator, int start, int end, Values values) {
    boolean query = separator == '&';
    int at = query ? start : FieldText.indexOf(request, separator, start, end);
    while (at < end) {
      int from = at + 1;
      int to = from;
      while (to < end && request.byteAt(to) != separator && (query || request.byteAt(to) != '/')) {
        to++;
      }
      if (isNamed(request, from, to) && take(request, from + name.length() + 1, to, true, values)) {
        return true;
      }
      at = query ? to : FieldText.indexOf(request, separator, to, end);
    }
    return false;
  }

  private boolean isNamed(MessageHead head, int from, int to) {
    if (to - from <= name.length() || head.byteAt(from + name.length()) != '=') {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (head.byteAt(from + i) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Quotes around a value are none of it; an empty one is none. */
  private static boolean take(MessageHead head, int from, int to, boolean encoded, Values values) {
    boolean quoted = to - from >= 2 && head.byteAt(from) == '"' && head.byteAt(to - 1) == '"';
    int first = quoted ? from + 1 : from;
    int end = quoted ? to - 1 : to;
    return first < end && values.take(head, first, end, encoded);
  }

  private static int pathEnd(RequestHead request) {
    return FieldText.indexOf(request, '?', request.targetStart(), request.targetEnd());
  }
}
