package dev.shunt.node.cdn;

import dev.shunt.node.NormalPath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a service has its links changed to. Immutable.
 *
 * @param hosts of the CDN, for rules that name none
 * @param origins hosts whose links are the service's own, beside that of the page
 * @param rules the first one that is for a link decides; a link that none is for stays
 * @param version {@code name=value}, added to each changed link's query; empty for none
 */
record CdnSettings(
    List<CdnHost> hosts,
    Set<String> origins,
    List<LinkRule> rules,
    String version,
    LinkAttributes attributes) {

  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9._~-]+=[A-Za-z0-9._~-]+");

  /** Kinds that go to a CDN where no rule says so. */
  private static final String USUAL = "kind=image,style,script,font,media";

  /**
   * Reads settings.
   *
   * @param rules as {@link LinkRule#parse} reads them; none stands for all usual kinds
   * @throws IllegalArgumentException when one is not allowed; the message says which, what was
   *     found and what is allowed
   */
  static CdnSettings parse(
      List<String> hosts, Set<String> origins, List<String> rules, String version) {
    List<LinkRule> parsed =
        (rules.isEmpty() ? List.of(USUAL) : rules).stream().map(LinkRule::parse).toList();
    if (hosts.isEmpty() && parsed.stream().anyMatch(rule -> !rule.keep() && rule.to().isEmpty())) {
      throw new IllegalArgumentException(
          "hosts: found none, allowed is a list of URLs such as https://cdn.example, unless each rule has its own");
    }
    if (!version.isEmpty() && !VERSION.matcher(version).matches()) {
      throw new IllegalArgumentException(
          "version: found '%s', allowed is a name and a value such as v=20261123"
              .formatted(version));
    }
    return new CdnSettings(
        hosts.stream().map(host -> CdnHost.parse("hosts", host)).toList(),
        Set.copyOf(origins),
        parsed,
        version,
        new LinkAttributes(parsed));
  }

  /**
   * Where a link leads.
   *
   * @param host of the link, in lower case and without the usual port
   * @param own the page's, in the same form
   * @param path of the link, as written
   * @return null if it stays
   */
  @Nullable CdnHost target(String element, String attribute, String host, String own, String path) {
    if (!host.equals(own) && !origins.contains(host)) {
      return null;
    }
    String normal = NormalPath.of(path);
    for (LinkRule rule : rules) {
      if (rule.isFor(element, attribute, host, normal)) {
        return rule.keep() ? null : CdnHost.of(rule.to().isEmpty() ? hosts : rule.to(), normal);
      }
    }
    return null;
  }

  /** Adds the version to a link's query. */
  void version(byte[] bytes, LinkText link, boolean inAttribute, Edits edits) {
    if (version.isEmpty()) {
      return;
    }
    int end = link.pathEndInPage();
    boolean query = end < link.end() && bytes[end] == '?';
    while (end < link.end() && !isFragment(bytes, end)) {
      end++;
    }
    String by = (query ? inAttribute ? "&amp;" : "&" : "?") + version;
    edits.replace(end, end, by.getBytes(StandardCharsets.US_ASCII));
  }

  /** A number sign, but not that of a character reference. */
  private static boolean isFragment(byte[] bytes, int at) {
    return bytes[at] == '#' && bytes[at - 1] != '&';
  }
}
