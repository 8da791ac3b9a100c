package dev.shunt.node.cdn;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which links lead to the CDN, and to which of its hosts. What is empty asks for nothing.
 * Immutable.
 *
 * @param keep links that it is for stay as they are
 * @param elements names in lower case; links in style sheets are of element {@code style}
 * @param attributes names in lower case
 * @param kinds what links lead to
 * @param paths one of which the path must match
 * @param hosts of links, in lower case with their port
 * @param to hosts of the CDN instead of the service's
 */
record LinkRule(
    boolean keep,
    Set<String> elements,
    Set<String> attributes,
    Set<ContentKind> kinds,
    List<PathPattern> paths,
    Set<String> hosts,
    List<CdnHost> to) {

  private static final String KEYS = "keep, element, attribute, kind, path, host, to";

  LinkRule {
    elements = Set.copyOf(elements);
    attributes = Set.copyOf(attributes);
    kinds = Set.copyOf(kinds);
    paths = List.copyOf(paths);
    hosts = Set.copyOf(hosts);
    to = List.copyOf(to);
  }

  /**
   * Reads words such as {@code kind=image,font path=/static/** to=https://img.example}; the first
   * one may be {@code keep}.
   *
   * @throws IllegalArgumentException when a word is not understood; the message says which and what
   *     is allowed
   */
  static LinkRule parse(String text) {
    boolean keep = false;
    Set<String> elements = new HashSet<>();
    Set<String> attributes = new HashSet<>();
    Set<ContentKind> kinds = EnumSet.noneOf(ContentKind.class);
    List<PathPattern> paths = new ArrayList<>();
    Set<String> hosts = new HashSet<>();
    List<CdnHost> to = new ArrayList<>();
    for (String word : text.strip().split("\\s+")) {
      int equals = word.indexOf('=');
      String key = equals < 0 ? word : word.substring(0, equals);
      String value = equals < 0 ? "" : word.substring(equals + 1);
      switch (key) {
        case "keep" -> keep = true;
        case "element" -> elements.addAll(names(key, value));
        case "attribute" -> attributes.addAll(names(key, value));
        case "kind" -> names(key, value).forEach(one -> kinds.add(kind(one)));
        case "path" -> paths.add(PathPattern.parse(value));
        case "host" -> hosts.addAll(names(key, value));
        case "to" -> names(key, value).forEach(one -> to.add(CdnHost.parse(key, one)));
        default ->
            throw new IllegalArgumentException(
                "found '%s', allowed are %s, each but keep with = and a value"
                    .formatted(word, KEYS));
      }
    }
    return new LinkRule(keep, elements, attributes, kinds, paths, hosts, to);
  }

  private static List<String> names(String key, String value) {
    List<String> names = List.of(value.toLowerCase(Locale.ROOT).split(",", -1));
    if (names.contains("")) {
      throw new IllegalArgumentException(
          "%s: found '%s', allowed are names with commas between".formatted(key, value));
    }
    return names;
  }

  private static ContentKind kind(String label) {
    return ContentKind.parse(label)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "kind: found '%s', allowed are %s".formatted(label, ContentKind.labels())));
  }

  /** Whether it is for a link to that path and host. */
  boolean isFor(String element, String attribute, String host, String path) {
    return (elements.isEmpty() || elements.contains(element))
        && (attributes.isEmpty() || attributes.contains(attribute))
        && (hosts.isEmpty() || hosts.contains(host))
        && (kinds.isEmpty() || kinds.contains(ContentKind.of(path)))
        && (paths.isEmpty() || paths.stream().anyMatch(pattern -> pattern.matches(path)));
  }
}
