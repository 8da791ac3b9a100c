package dev.shunt.node.cdn;

import dev.shunt.node.BodyFilter;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * The {@link CdnRewriting} of pages that belong to no exchange: what the stage does to a body,
 * without what it does to heads and codings, for who measures it. Safe for use by many threads.
 */
public final class PageRewriter {

  private final CdnSettings settings;
  private final CdnCounters counters;

  /**
   * As the stage is configured.
   *
   * @param origins in lower case
   * @throws IllegalArgumentException when one is not allowed; the message says which and what is
   */
  public PageRewriter(
      List<String> hosts, Set<String> origins, List<String> rules, InstantSource clock) {
    settings = CdnSettings.parse(hosts, origins, rules, "");
    counters = new CdnCounters("none", clock);
  }

  /**
   * What one page passes, which was asked for over TLS and has no policy in its head.
   *
   * @param host that was asked
   * @param target of the request: a path and perhaps a query
   */
  public BodyFilter page(String host, String target) {
    PageAddress address = PageAddress.of(true, host, target);
    ContentPolicy policy = new ContentPolicy(address.scheme());
    SiteLinks links = new SiteLinks(settings, counters, address, policy);
    return new PageFilter(links, ContentHeaders.Content.PAGE);
  }
}
