package dev.shunt.node.cdn;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * A link as it stands in a page, and what a browser reads there up to its query: character
 * references of attributes are resolved, and for each byte of the result it is known where it
 * stands in the page, so that the front of a link can be replaced and the rest kept as it is. For
 * one thread.
 *
 * <p>What is not understood for sure is refused, and such a link stays: other character references
 * than those of ASCII, white space and control characters within, a backslash.
 */
final class LinkText {

  /** The form of a link (RFC 3986 section 4). */
  enum Form {
    /** {@code https://host/path}. */
    ABSOLUTE,
    /** {@code //host/path}. */
    NETWORK_PATH,
    /** {@code /path}. */
    ABSOLUTE_PATH,
    /** {@code path}, {@code ../path}. */
    RELATIVE_PATH,
    /** A query, a fragment, or nothing. */
    NO_PATH,
    /** Another scheme, a host without path, or what is not understood. */
    OTHER;

    boolean hasPath() {
      return this != NO_PATH && this != OTHER;
    }
  }

  private static final byte[] HTTP = "http://".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HTTPS = "https://".getBytes(StandardCharsets.US_ASCII);
  private static final int FIRST_BYTES = 256;

  /** With ampersand and semicolon. */
  static final int LONGEST_REFERENCE = 10;

  private byte[] text = new byte[FIRST_BYTES];
  private int[] places = new int[FIRST_BYTES + 1];
  private int length;
  private int end;
  private int hostStart;
  private int pathStart;
  private Form form = Form.OTHER;

  /**
   * Reads a link.
   *
   * @param references whether character references are resolved: in attributes, not in style sheets
   */
  Form read(byte[] page, int from, int to, boolean references) {
    int first = from;
    int last = to;
    while (first < last && isTrimmed(page[first])) {
      first++;
    }
    while (last > first && isTrimmed(page[last - 1])) {
      last--;
    }
    length = 0;
    end = last;
    form = decode(page, first, last, references) ? split() : Form.OTHER;
    return form;
  }

  Form form() {
    return form;
  }

  /** Behind the link's last byte in the page, without white space that follows. */
  int end() {
    return end;
  }

  /** Where the first byte of the path stands in the page. */
  int pathInPage() {
    return places[pathStart];
  }

  /** Where the query or the fragment begins in the page, or the end. */
  int pathEndInPage() {
    return places[length];
  }

  /** Host and port as written, in lower case; of {@link Form#ABSOLUTE} and NETWORK_PATH. */
  String host() {
    return new String(text, hostStart, pathStart - hostStart, StandardCharsets.ISO_8859_1)
        .toLowerCase(Locale.ROOT);
  }

  /** The scheme in lower case; of {@link Form#ABSOLUTE}. */
  String scheme() {
    return hostStart == HTTPS.length ? "https" : "http";
  }

  /** The path as a browser reads it, without the query. */
  String path() {
    return new String(text, pathStart, length - pathStart, StandardCharsets.ISO_8859_1);
  }

  /**
   * The URL standard strips these around a link (WHATWG URL section 4.4); a NUL byte becomes
   * another character before.
   */
  private static boolean isTrimmed(byte b) {
    return b > 0 && b <= ' ';
  }

  private boolean decode(byte[] page, int from, int to, boolean references) {
    int i = from;
    while (i < to) {
      byte b = page[i];
      if (b == '?' || b == '#') {
        break;
      }
      if (b == '\\' || (b >= 0 && b <= ' ') || b == 0x7F) {
        return false;
      }
      if (b != '&' || !references) {
        put(b, i++);
        continue;
      }
      int semicolon = semicolon(page, i, to);
      int resolved = semicolon < 0 ? -1 : reference(page, i + 1, semicolon);
      if (resolved <= ' ' || resolved > '~' || "\\?#".indexOf(resolved) >= 0) {
        return false;
      }
      put((byte) resolved, i);
      i = semicolon + 1;
    }
    reserve();
    places[length] = i;
    return true;
  }

  private static int semicolon(byte[] page, int from, int to) {
    for (int i = from; i < to && i < from + LONGEST_REFERENCE; i++) {
      if (page[i] == ';') {
        return i;
      }
    }
    return -1;
  }

  /** The character of a reference between its ampersand and semicolon, or -1. */
  static int reference(byte[] page, int from, int to) {
    String name = new String(page, from, to - from, StandardCharsets.ISO_8859_1);
    return switch (name) {
      case "amp", "AMP" -> '&';
      case "quot", "QUOT" -> '"';
      case "apos" -> '\'';
      case "lt", "LT" -> '<';
      case "gt", "GT" -> '>';
      default -> {
        if (name.matches("#[0-9]{1,7}")) {
          yield Integer.parseInt(name.substring(1));
        }
        yield name.matches("#[xX][0-9a-fA-F]{1,6}") ? Integer.parseInt(name.substring(2), 16) : -1;
      }
    };
  }

  private void put(byte b, int place) {
    reserve();
    text[length] = b;
    places[length++] = place;
  }

  private void reserve() {
    if (length == text.length) {
      text = Arrays.copyOf(text, length * 2);
      places = Arrays.copyOf(places, length * 2 + 1);
    }
  }

  private Form split() {
    hostStart = 0;
    pathStart = 0;
    if (length == 0) {
      return Form.NO_PATH;
    }
    if (text[0] == '/') {
      if (length > 1 && text[1] == '/') {
        hostStart = 2;
        return hostEnds() ? Form.NETWORK_PATH : Form.OTHER;
      }
      return Form.ABSOLUTE_PATH;
    }
    int colon = scheme(text, length);
    if (colon < 0) {
      return Form.RELATIVE_PATH;
    }
    boolean web = starts(HTTP) || starts(HTTPS);
    hostStart = colon + 3;
    return web && hostEnds() ? Form.ABSOLUTE : Form.OTHER;
  }

  private boolean starts(byte[] scheme) {
    return length >= scheme.length && Names.isName(scheme, text, 0, scheme.length);
  }

  /** Where the colon behind a scheme stands (RFC 3986 section 3.1), or -1. */
  private static int scheme(byte[] text, int length) {
    for (int i = 0; i < length; i++) {
      byte b = text[i];
      boolean letter = Names.isLetter(b);
      if (b == ':' && i > 0) {
        return i;
      }
      if (!letter && (i == 0 || !((b >= '0' && b <= '9') || b == '+' || b == '-' || b == '.'))) {
        return -1;
      }
    }
    return -1;
  }

  /** Finds the end of host and port. False when there is none, or a user's name before it. */
  private boolean hostEnds() {
    pathStart = hostStart;
    while (pathStart < length && text[pathStart] != '/') {
      if (text[pathStart] == '@' || text[pathStart] == '%' || text[pathStart] < 0) {
        return false;
      }
      pathStart++;
    }
    return pathStart > hostStart;
  }
}
