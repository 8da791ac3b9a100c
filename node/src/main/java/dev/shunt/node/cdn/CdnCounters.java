package dev.shunt.node.cdn;

import dev.shunt.node.Meters;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What became of a service's pages. Safe for use by many threads. */
final class CdnCounters {

  /** In milliseconds: a page can have many links, and a site many pages. */
  private static final long WARN_EVERY = 600_000;

  private static final Logger log = LoggerFactory.getLogger(CdnCounters.class);

  private final String service;
  private final InstantSource clock;
  private final AtomicLong warned = new AtomicLong();

  private final LongAdder changed = new LongAdder();
  private final LongAdder keptForIntegrity = new LongAdder();
  private final LongAdder keptForPolicy = new LongAdder();
  private final LongAdder pages = new LongAdder();
  private final LongAdder untouched = new LongAdder();
  private final LongAdder failed = new LongAdder();

  CdnCounters(String service, InstantSource clock) {
    this.service = service;
    this.clock = clock;
  }

  /** A link leads to the CDN now. */
  void changed() {
    changed.increment();
  }

  /** A link stayed because a browser would have refused what it leads to. */
  void keptForIntegrity() {
    keptForIntegrity.increment();
  }

  /**
   * A link stayed because the page's policy does not allow it to lead to the CDN.
   *
   * @param page the page's host
   */
  void keptForPolicy(String page, CdnHost cdn) {
    keptForPolicy.increment();
    long now = clock.millis();
    long before = warned.get();
    if (now - before >= WARN_EVERY && warned.compareAndSet(before, now)) {
      log.warn(
          "service {}: links in pages of {} stay, whose Content-Security-Policy does not allow {}",
          service,
          page,
          cdn.url());
    }
  }

  /** A page or style sheet is rewritten. */
  void page() {
    pages.increment();
  }

  /**
   * A page or style sheet passes as it is: it may not be changed, or is coded in an unknown way.
   */
  void untouched() {
    untouched.increment();
  }

  /** The rest of a page passes unchanged for an error. */
  void failed() {
    failed.increment();
  }

  /** Tells what was counted. */
  void tell(Meters meters) {
    meters.counter("cdn_pages", pages::sum);
    meters.counter("cdn_untouched", untouched::sum);
    meters.counter("cdn_links", changed::sum);
    meters.counter("cdn_links_kept_for_integrity", keptForIntegrity::sum);
    meters.counter("cdn_links_kept_for_policy", keptForPolicy::sum);
    meters.counter("cdn_failed", failed::sum);
  }

  long linksKeptForIntegrity() {
    return keptForIntegrity.sum();
  }
}
