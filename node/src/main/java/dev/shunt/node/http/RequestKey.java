package dev.shunt.node.http;

import dev.shunt.node.HashKey;
import dev.shunt.node.NormalPath;
import dev.shunt.node.choice.KeyHash;
import java.net.InetAddress;

/** The key of a request by which its server is chosen. Immutable. */
final class RequestKey {

  private final HashKey config;

  RequestKey(HashKey config) {
    this.config = config;
  }

  /** The key of a client. */
  static long of(InetAddress client) {
    byte[] bytes = client.getAddress();
    return KeyHash.end(KeyHash.add(KeyHash.START, bytes, 0, bytes.length));
  }

  /**
   * @param client its key
   * @param path is written over
   * @return {@link KeyHash#NONE} when the request has none
   */
  long of(HttpHead head, long client, NormalPath path) {
    return switch (config.by()) {
      case SOURCE -> client;
      case URL -> ofUrl(head, path);
      case HEADER -> ofHeader(head);
      case COOKIE -> ofCookie(head);
    };
  }

  private long ofUrl(HttpHead head, NormalPath path) {
    int end = RouteTable.readPath(head, path);
    long hash = KeyHash.START;
    for (int i = 0; i < path.length(); i++) {
      hash = KeyHash.add(hash, path.charAt(i));
    }
    return KeyHash.end(config.query() ? KeyHash.add(hash, head.bytes, end, head.targetEnd) : hash);
  }

  private long ofHeader(HttpHead head) {
    int at = head.find(config.name(), 0);
    return at < 0 ? KeyHash.NONE : ofBytes(head, head.valueStart(at), head.valueEnd(at));
  }

  private long ofCookie(HttpHead head) {
    for (int at = head.find("cookie", 0); at >= 0; at = head.find("cookie", at + 1)) {
      long found = ofPairs(head, head.valueStart(at), head.valueEnd(at));
      if (found != KeyHash.NONE) {
        return found;
      }
    }
    return KeyHash.NONE;
  }

  /** {@code name=value; name=value}, as RFC 6265 section 4.2.1 has it. */
  private long ofPairs(HttpHead head, int from, int to) {
    String name = config.name();
    int at = from;
    while (at < to) {
      while (at < to && isSeparator(head.bytes[at])) {
        at++;
      }
      int end = at;
      while (end < to && head.bytes[end] != ';') {
        end++;
      }
      int equals = at + name.length();
      if (equals < end && head.bytes[equals] == '=' && head.equalsAt(at, equals, name)) {
        return ofBytes(head, equals + 1, end);
      }
      at = end;
    }
    return KeyHash.NONE;
  }

  private static boolean isSeparator(byte b) {
    return b == ';' || b == ' ' || b == '\t';
  }

  private static long ofBytes(HttpHead head, int from, int to) {
    return from == to
        ? KeyHash.NONE
        : KeyHash.end(KeyHash.add(KeyHash.START, head.bytes, from, to));
  }
}
