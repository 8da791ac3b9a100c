package dev.shunt.node.http;

import dev.shunt.node.HeaderMatch;
import dev.shunt.node.NormalPath;
import dev.shunt.node.RoutingRule;
import org.jspecify.annotations.Nullable;

/** A {@link RoutingRule}, ready to look at requests. Immutable. */
final class RuleMatcher {

  private final String[] hosts;
  private final @Nullable TextMatcher path;
  private final String[] methods;
  private final String[] headerNames;
  private final @Nullable TextMatcher[] headerValues;

  RuleMatcher(RoutingRule rule) {
    hosts = rule.hosts().toArray(String[]::new);
    path = rule.path().map(TextMatcher::new).orElse(null);
    methods = rule.methods().toArray(String[]::new);
    headerNames = rule.headers().stream().map(HeaderMatch::name).toArray(String[]::new);
    headerValues =
        rule.headers().stream()
            .map(header -> header.value().map(TextMatcher::new).orElse(null))
            .toArray(TextMatcher[]::new);
  }

  /**
   * @param normal the request's path
   */
  boolean matches(HttpHead head, NormalPath normal) {
    return (path == null || path.matches(normal))
        && (hosts.length == 0 || isForHost(head))
        && (methods.length == 0 || hasMethod(head))
        && hasHeaders(head);
  }

  private boolean hasMethod(HttpHead head) {
    for (String method : methods) {
      if (head.methodIs(method)) {
        return true;
      }
    }
    return false;
  }

  private boolean hasHeaders(HttpHead head) {
    for (int i = 0; i < headerNames.length; i++) {
      if (!hasHeader(head, headerNames[i], headerValues[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasHeader(HttpHead head, String name, @Nullable TextMatcher value) {
    for (int at = head.find(name, 0); at >= 0; at = head.find(name, at + 1)) {
      if (value == null || value.matchesValue(head, at)) {
        return true;
      }
    }
    return false;
  }

  /** Without port and without the dot that may end a full name. */
  private boolean isForHost(HttpHead head) {
    int host = head.indexOf(KnownHeader.HOST);
    if (host < 0) {
      return false;
    }
    int from = head.valueStart(host);
    int to = head.valueEnd(host);
    int dot = -1;
    for (int at = from; at < to; at++) {
      if (head.bytes[at] == ':') {
        to = at;
      } else if (head.bytes[at] == '.' && dot < 0) {
        dot = at;
      }
    }
    if (to > from && head.bytes[to - 1] == '.') {
      to--;
    }
    for (String wanted : hosts) {
      if (wanted.charAt(0) == '*'
          ? dot > from && isWithin(head, dot, to, wanted)
          : head.equalsIgnoreCase(from, to, wanted)) {
        return true;
      }
    }
    return false;
  }

  /** Whether what follows a host's first label is what follows a pattern's asterisk. */
  private static boolean isWithin(HttpHead head, int dot, int to, String pattern) {
    if (to - dot != pattern.length() - 1) {
      return false;
    }
    for (int i = 1; i < pattern.length(); i++) {
      if (HttpHead.lower(head.bytes[dot + i - 1]) != pattern.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
