package dev.shunt.node.cdn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a page's Content Security Policy lets it load from a CDN (W3C CSP Level 3, sections 6.7.2.7
 * and 6.8.3). A page may have several, all of which must allow it. For one thread, for one page.
 */
final class ContentPolicy {

  static final String HEADER = "Content-Security-Policy";

  private static final String DEFAULT = "default-src";

  /** One policy: its directives' source expressions, by name. */
  private final List<Map<String, List<String>>> policies = new ArrayList<>(0);

  /** The scheme of the page's own address. */
  private final String scheme;

  ContentPolicy(String scheme) {
    this.scheme = scheme;
  }

  /** What a link leads to, as policies divide it, with the directives that are asked in turn. */
  enum Use {
    IMAGE("img-src"),
    STYLE("style-src-elem style-src"),
    SCRIPT("script-src-elem script-src"),
    FONT("font-src"),
    MEDIA("media-src"),
    OBJECT("object-src");

    private final String directives;

    Use(String directives) {
      this.directives = directives;
    }

    /**
     * That of a link.
     *
     * @param element in lower case; {@code style} for style sheets
     * @param kind as the path's ending tells, for elements that load several
     */
    static Use of(String element, String attribute, ContentKind kind) {
      return switch (element) {
        case "script" -> SCRIPT;
        case "audio", "track" -> MEDIA;
        case "video", "source" ->
            attribute.equals("src") && kind != ContentKind.IMAGE ? MEDIA : IMAGE;
        case "object", "embed" -> OBJECT;
        case "link", LinkAttributes.STYLE ->
            switch (kind) {
              case STYLE -> STYLE;
              case SCRIPT -> SCRIPT;
              case FONT -> FONT;
              case MEDIA -> MEDIA;
              default -> IMAGE;
            };
        default -> IMAGE;
      };
    }
  }

  /** Whether the page has any. */
  boolean any() {
    return !policies.isEmpty();
  }

  /** Adds what a header or a {@code meta} says: policies with commas between. */
  void add(String text) {
    for (String policy : text.split(",")) {
      Map<String, List<String>> directives = new HashMap<>();
      for (String directive : policy.split(";")) {
        String[] words = directive.strip().toLowerCase(Locale.ROOT).split("\\s+");
        if (!words[0].isEmpty()) {
          directives.putIfAbsent(words[0], List.of(words).subList(1, words.length));
        }
      }
      if (!directives.isEmpty()) {
        policies.add(directives);
      }
    }
  }

  /**
   * Whether a page may load something from a host of the CDN.
   *
   * @param withNonce whether the element has a nonce, by which policies allow it wherever it is
   *     from
   */
  boolean allows(Use use, CdnHost host, boolean withNonce) {
    for (Map<String, List<String>> policy : policies) {
      if (!allows(policy, use, host, withNonce)) {
        return false;
      }
    }
    return true;
  }

  private boolean allows(
      Map<String, List<String>> policy, Use use, CdnHost host, boolean withNonce) {
    List<String> sources = policy.get(DEFAULT);
    for (String directive : use.directives.split(" ")) {
      if (policy.containsKey(directive)) {
        sources = policy.get(directive);
        break;
      }
    }
    if (sources == null) {
      return true;
    }
    boolean script = use == Use.SCRIPT;
    if ((script || use == Use.STYLE) && withNonce && has(sources, "'nonce-")) {
      return true;
    }
    return !(script && sources.contains("'strict-dynamic'"))
        && sources.stream().anyMatch(source -> matches(source, host));
  }

  private static boolean has(List<String> sources, String prefix) {
    return sources.stream().anyMatch(source -> source.startsWith(prefix));
  }

  private boolean matches(String source, CdnHost host) {
    String url = host.url().toLowerCase(Locale.ROOT);
    String full = url.startsWith("//") ? scheme + ":" + url : url;
    String own = full.substring(0, full.indexOf(':'));
    if (source.equals("*") || source.equals(own + ":") || source.equals("http:")) {
      return true;
    }
    int slashes = source.indexOf("://");
    if (slashes >= 0 && !own.startsWith(source.substring(0, slashes))) {
      return false; // http stands for https as well.
    }
    String rest = slashes < 0 ? source : source.substring(slashes + 3);
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    // A path that ends without a slash allows one file: of links there may be many.
    return isHost(authority, PageAddress.usual(own, host.host()), own)
        && (slash < 0 || (rest.endsWith("/") && path(full).startsWith(rest.substring(slash))));
  }

  private static String path(String url) {
    int slash = url.indexOf('/', url.indexOf("://") + 3);
    return (slash < 0 ? "" : url.substring(slash)) + "/";
  }

  private static boolean isHost(String authority, String host, String scheme) {
    String wanted =
        authority.endsWith(":*") ? authority.substring(0, authority.length() - 2) : authority;
    String found = authority.endsWith(":*") ? host.replaceFirst(":[0-9]+$", "") : host;
    String usual = PageAddress.usual(scheme, wanted);
    return usual.startsWith("*.") ? found.endsWith(usual.substring(1)) : found.equals(usual);
  }
}
