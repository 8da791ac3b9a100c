package dev.shunt.node.http;

import dev.shunt.node.http.FrameReader.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What RFC 9113 section 8 calls well-formed, said once more and by other means than the node's. */
final class WellFormed {

  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9a-z-]+");
  private static final Pattern VALUE =
      Pattern.compile("|[^\0\r\n \t]|[^\0\r\n \t][^\0\r\n]*[^\0\r\n \t]");
  private static final Pattern LENGTH = Pattern.compile("[0-9]+");
  private static final Pattern STATUS = Pattern.compile("[1-5][0-9][0-9]");

  /** Less than any limit of a header list here. */
  private static final int MOST_BYTES = 900;

  private static final Set<String> OF_CONNECTIONS =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private WellFormed() {}

  /** Why a request's fields are malformed, if they are (sections 8.2, 8.3.1, 8.5; RFC 8441). */
  static Optional<String> request(List<Field> fields, boolean end) {
    Map<String, String> pseudo = new TreeMap<>();
    Set<String> known = Set.of(":method", ":scheme", ":authority", ":path", ":protocol");
    String fault = common(fields, known, pseudo);
    if (!fault.isEmpty()) {
      return Optional.of(fault);
    }
    boolean connect = "CONNECT".equals(pseudo.get(":method"));
    boolean tunnel = pseudo.containsKey(":protocol");
    if (tunnel && !connect) {
      return Optional.of(":protocol without CONNECT");
    }
    boolean target = pseudo.containsKey(":scheme") || pseudo.containsKey(":path");
    if (connect && !tunnel) {
      boolean whole = pseudo.containsKey(":authority");
      return target || !whole ? Optional.of("CONNECT with a target") : Optional.empty();
    }
    if (!pseudo.keySet().containsAll(Set.of(":method", ":scheme", ":path"))) {
      return Optional.of("a pseudo-header is missing");
    }
    String path = pseudo.getOrDefault(":path", "");
    if (!path.startsWith("/") && !path.equals("*")) {
      return Optional.of("a path that is none");
    }
    return length(fields)
        .filter(length -> end && !tunnel && length != 0)
        .map(length -> "a body of " + length + " bytes is missing");
  }

  /** Whether a well-formed request has nothing that only this node refuses. */
  static boolean isOrdinary(List<Field> fields) {
    int size = 0;
    Set<String> hosts = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (Field field : fields) {
      String value = field.value();
      boolean ordinary =
          switch (field.name()) {
            case ":scheme" -> value.matches("(?i)https?");
            case ":method" -> NAME.matcher(value.toLowerCase(Locale.ROOT)).matches();
            case ":path" -> value.matches("[!-~&&[^#]]+");
            case ":authority", "host" -> hosts.add(value) && hosts.size() == 1;
            case "http2-settings", ":protocol" -> false;
            default -> value.matches("[\\t -~\u0080-\u00ff]*");
          };
      size += field.name().length() + value.length() + 32;
      if (!ordinary || size > MOST_BYTES) {
        return false;
      }
    }
    return true;
  }

  /** Why a response's fields are malformed, if they are (section 8.3.2). */
  static Optional<String> response(List<Field> fields) {
    Map<String, String> pseudo = new TreeMap<>();
    String fault = common(fields, Set.of(":status"), pseudo);
    return !fault.isEmpty()
        ? Optional.of(fault)
        : STATUS.matcher(pseudo.getOrDefault(":status", "")).matches()
            ? Optional.empty()
            : Optional.of("no status");
  }

  /** Why trailers are malformed, if they are (section 8.1). */
  static Optional<String> trailers(List<Field> fields) {
    String fault = common(fields, Set.of(), new TreeMap<>());
    return fault.isEmpty() ? Optional.empty() : Optional.of(fault);
  }

  /** What is said of a body's length; -1 where it says nothing that is a number, or two things. */
  static Optional<Long> length(List<Field> fields) {
    List<String> lengths = new ArrayList<>();
    for (Field field : fields) {
      if (field.name().equals("content-length") && !lengths.contains(field.value())) {
        lengths.add(field.value());
      }
    }
    if (lengths.isEmpty()) {
      return Optional.empty();
    }
    String text = lengths.getFirst();
    boolean number = lengths.size() == 1 && LENGTH.matcher(text).matches() && text.length() < 19;
    return Optional.of(number ? Long.parseLong(text) : -1);
  }

  private static String common(List<Field> fields, Set<String> known, Map<String, String> pseudo) {
    boolean regular = false;
    for (Field field : fields) {
      String name = field.name();
      if (!VALUE.matcher(field.value()).matches()) {
        return "a value with characters that none has";
      }
      if (known.contains(name)) {
        if (regular || pseudo.put(name, field.value()) != null) {
          return "a pseudo-header where none may be";
        }
      } else if (!NAME.matcher(name).matches()) {
        return "a name that is none: " + name;
      } else if (OF_CONNECTIONS.contains(name)
          || (name.equals("te") && !field.value().equalsIgnoreCase("trailers"))) {
        return "a field of a connection: " + name;
      } else {
        regular = true;
      }
    }
    return length(fields).filter(length -> length < 0).map(_ -> "a length that is none").orElse("");
  }
}
