package dev.shunt.node.cdn;

import dev.shunt.node.BodyFilter;
import dev.shunt.node.Exchange;
import dev.shunt.node.RequestHead;
import dev.shunt.node.ResponseHead;
import dev.shunt.node.Stage;
import dev.shunt.node.StageContext;
import dev.shunt.node.StageFactory;
import dev.shunt.node.StageProvider;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * CDN rewriting (claim A14): in pages and style sheets, links to what a page shows lead to a
 * content delivery network.
 *
 * <p>Settings: {@code hosts} (of the CDN), {@code rules} (as {@link LinkRule#parse} reads them;
 * none stands for images, style sheets, scripts, fonts and media), {@code origins} (other hosts
 * whose links are the service's own), {@code version} (a parameter that is added to each link).
 *
 * <p>A response is left alone that has {@code no-transform}, is a part of one, is coded in a way
 * that this node can't undo, or is in a charset whose letters may have the bytes of tags.
 */
public final class CdnRewriting implements StageProvider {

  public static final String NAME = "cdn";
  private static final String KEY_HOSTS = "hosts";
  private static final String KEY_RULES = "rules";
  private static final String KEY_ORIGINS = "origins";
  private static final String KEY_VERSION = "version";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public StageFactory configure(StageContext context) {
    context.allow(Set.of(KEY_HOSTS, KEY_RULES, KEY_ORIGINS, KEY_VERSION));
    CdnSettings settings =
        CdnSettings.parse(
            context.list(KEY_HOSTS),
            context.list(KEY_ORIGINS).stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet()),
            context.list(KEY_RULES),
            context.setting(KEY_VERSION, ""));
    CdnCounters counters = new CdnCounters(context.service(), context.clock());
    counters.tell(context.meters());
    return () -> new Rewriting(settings, counters);
  }

  /** The stage of one service on one event loop. */
  private record Rewriting(CdnSettings settings, CdnCounters counters) implements Stage {

    @Override
    public void onRequest(RequestHead request, Exchange exchange) {
      ContentHeaders.acceptKnownCodings(request);
    }

    @Override
    public void onResponse(ResponseHead response, Exchange exchange) {
      RequestHead request = exchange.request();
      if (response.status() == ContentHeaders.NOT_MODIFIED) {
        ContentHeaders.keepWeak(response, request);
        return;
      }
      Optional<ContentHeaders.Content> content = ContentHeaders.content(response);
      if (content.isEmpty()) {
        return;
      }
      Optional<BodyCoding> coding = ContentHeaders.changeable(request, response);
      if (coding.isEmpty()) {
        counters.untouched();
        return;
      }
      counters.page();
      PageAddress page = PageAddress.of(exchange.secure(), request.host(), request.target());
      ContentPolicy policy = ContentHeaders.policy(response, page.scheme());
      SiteLinks links = new SiteLinks(settings, counters, page, policy);
      LinkHeader.change(response, links::ofHead);
      ContentHeaders.changed(response);
      filter(exchange, coding.get(), new PageFilter(links, content.get()));
    }

    private void filter(Exchange exchange, BodyCoding coding, BodyFilter filter) {
      if (coding == BodyCoding.IDENTITY || exchange.request().method().equals("HEAD")) {
        exchange.filterBody(filter);
        return;
      }
      CodedFilter coded = new CodedFilter(coding, filter);
      exchange.attach(this, coded);
      exchange.filterBody(coded);
    }

    @Override
    public void onEnd(Exchange exchange) {
      exchange.attachment(this).ifPresent(coded -> ((CodedFilter) coded).close());
    }
  }
}
