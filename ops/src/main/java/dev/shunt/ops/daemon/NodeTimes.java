package dev.shunt.ops.daemon;

import dev.shunt.cluster.Ticker;
import dev.shunt.node.LatencyStats;
import dev.shunt.node.Node;
import dev.shunt.node.ServiceStats;
import dev.shunt.scheduler.Algorithm;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.Sight;
import dev.shunt.scheduler.SightReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast this member's node serves the proxied services that are balanced by response time or
 * admit sessions by it: the mean over the requests since the last look, averaged. Used by one
 * thread.
 */
final class NodeTimes {

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int AVERAGED = 5;
  private static final int NANOS_PER_MICRO = 1_000;
  private static final int NEWS = 2;

  /** Looks without a request after which what was measured says nothing any more. */
  private static final int STALE = 10;

  private final Node node;
  private final List<Service> services;
  private final Ticker ticker;
  private final boolean asked;
  private final Map<String, Measured> measured = new HashMap<>();
  private long lookedNanos;
  private SightReport report = new SightReport(List.of());

  /**
   * The counters at the last look, the average, what was told of it, and for how many looks there
   * was no request.
   */
  private record Measured(long count, long sum, double nanos, Sight told, int idle) {
    static final Measured NOTHING = new Measured(0, 0, 0, Sight.UNKNOWN, 0);

    /** Another look without a request. */
    Measured again() {
      return new Measured(count, sum, nanos, told, idle + 1);
    }
  }

  /**
   * @param services in the order in which they are reported
   */
  NodeTimes(Node node, List<Service> services, Ticker ticker) {
    this.node = node;
    this.services = List.copyOf(services);
    this.ticker = ticker;
    this.asked = services.stream().anyMatch(NodeTimes::counts);
    this.lookedNanos = ticker.nanos();
  }

  private static boolean counts(Service service) {
    return !service.balance().isDirect()
        && (service.balance().algorithm() == Algorithm.RESPONSE_TIME
            || service.admission().limitsResponseTime());
  }

  /** What there is to tell now. */
  SightReport report() {
    if (asked && ticker.nanos() - lookedNanos >= LOOK.toNanos()) {
      lookedNanos = ticker.nanos();
      node.stats().services().forEach(this::look);
      List<Sight> sights = new ArrayList<>();
      for (Service service : services) {
        Measured at = measured.getOrDefault(service.name(), Measured.NOTHING);
        sights.add(counts(service) && !isStale(service, at) ? at.told : Sight.UNKNOWN);
      }
      report = new SightReport(sights);
    }
    return report;
  }

  /**
   * Where sessions are refused by response time, an old slowness must not keep away those whose
   * requests would show that it is over.
   */
  private static boolean isStale(Service service, Measured at) {
    return at.idle >= STALE && service.admission().limitsResponseTime();
  }

  private void look(ServiceStats stats) {
    LatencyStats latency = stats.latency();
    Measured last = measured.getOrDefault(stats.service(), Measured.NOTHING);
    long requests = latency.count() - last.count;
    if (requests <= 0) {
      measured.put(stats.service(), last.again());
      return;
    }
    double mean = (double) (latency.sum() - last.sum) / requests * NANOS_PER_MICRO;
    double nanos = last.nanos == 0 ? mean : last.nanos + (mean - last.nanos) / AVERAGED;
    Sight now = Sight.up(Duration.ofNanos((long) nanos));
    boolean near =
        last.told.isUp() && Math.abs(now.responseClass() - last.told.responseClass()) < NEWS;
    measured.put(
        stats.service(),
        new Measured(latency.count(), latency.sum(), nanos, near ? last.told : now, 0));
  }
}
