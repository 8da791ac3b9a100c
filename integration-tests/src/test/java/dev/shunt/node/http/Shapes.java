package dev.shunt.node.http;

import dev.shunt.node.http.MessageReading.Message;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What parts of a message look like, said by regular expressions. */
final class Shapes {

  static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

  /** Origin-form and absolute-form, in visible ASCII without a fragment. */
  static final String TARGET = "(/[!-~&&[^#]]*|(?i:https?)://[!-~&&[^#]]+)";

  private static final String QUOTED = "\"(\\\\[\\t -~]|[\\t -~&&[^\"\\\\]])*\"";
  private static final Pattern CHUNK =
      Pattern.compile(
          "([0-9A-Fa-f]{1,15})((;%1$s(=(%1$s|%2$s))?)*)\\r\\n".formatted(TOKEN, QUOTED));
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._~%!$&'()*+;=-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{0,5})?");
  private static final Pattern ABSOLUTE =
      Pattern.compile("\\S+ (?i:https?)://([^/? ]*)\\S* HTTP.*");

  /** How many bytes of extensions are at least needed for a refusal. */
  private static final int MANY_EXTENSIONS = 256;

  private Shapes() {}

  static boolean has(String raw, String pattern) {
    return Pattern.compile(pattern).matcher(raw).find();
  }

  /** The values of a field's lines, in lower case. */
  static List<String> values(Message message, String name) {
    return message.fields().stream()
        .filter(f -> f.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(f -> f.substring(name.length() + 1).strip().toLowerCase(Locale.ROOT))
        .toList();
  }

  static boolean isHost(String text) {
    return HOST.matcher(text).matches();
  }

  static boolean hasGoodHost(Message message) {
    List<String> hosts = values(message, "host");
    if (hosts.size() != 1 || !isHost(hosts.getFirst())) {
      return false;
    }
    Matcher absolute = ABSOLUTE.matcher(message.startLine());
    return !absolute.matches() || absolute.group(1).equalsIgnoreCase(hosts.getFirst());
  }

  static boolean isBadConnection(String list) {
    for (String option : list.split("[ \t,]+", -1)) {
      if (option.matches("host|content-length|transfer-encoding")
          || !(option.isEmpty() || option.matches(TOKEN))) {
        return true;
      }
    }
    return false;
  }

  /** Behind the head; what follows the last chunk is not looked at. */
  static boolean hasBadChunks(String raw) {
    Matcher chunk = CHUNK.matcher(raw);
    int at = raw.indexOf("\r\n\r\n") + 4;
    while (chunk.region(at, raw.length()).lookingAt()) {
      long size = Long.parseLong(chunk.group(1), 16);
      if (chunk.group(2).length() > MANY_EXTENSIONS || size > raw.length() - chunk.end()) {
        return true;
      }
      if (size == 0) {
        return raw.length() > MANY_EXTENSIONS;
      }
      at = chunk.end() + (int) size;
      if (!raw.startsWith("\r\n", at)) {
        return true;
      }
      at += 2;
    }
    return true;
  }
}
