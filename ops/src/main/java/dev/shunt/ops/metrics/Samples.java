package dev.shunt.ops.metrics;

import dev.shunt.ops.admin.model.AdmissionStatus;
import dev.shunt.ops.admin.model.CacheReport;
import dev.shunt.ops.admin.model.CacheStatus;
import dev.shunt.ops.admin.model.DataPlaneStatus;
import dev.shunt.ops.admin.model.GoalStatus;
import dev.shunt.ops.admin.model.LabelPairs;
import dev.shunt.ops.admin.model.NodeStatus;
import dev.shunt.ops.admin.model.ReplicationStatus;
import dev.shunt.ops.admin.model.Role;
import dev.shunt.ops.admin.model.ServerStatus;
import dev.shunt.ops.admin.model.ServiceStatus;
import dev.shunt.ops.admin.model.Services;
import dev.shunt.ops.admin.model.Status;
import dev.shunt.ops.admin.model.StatusClasses;
import dev.shunt.ops.admin.model.TargetStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values of all series at one moment, out of one answer of the array. */
final class Samples {

  private static final double MILLIS = 1e3;
  private static final double MICROS = 1e6;

  /** A series of a family. */
  record Series(Family family, String name) {}

  private final Map<Series, Number> values = new LinkedHashMap<>();

  private Samples() {}

  static Map<Series, Number> of(Status status, Services services, CacheReport caches) {
    Samples samples = samples(status);
    services.services().forEach(samples::service);
    caches.caches().forEach(samples::cache);
    return samples.values;
  }

  /** Of a member without services. */
  static Map<Series, Number> of(Status status) {
    return samples(status).values;
  }

  private static Samples samples(Status status) {
    Samples samples = new Samples();
    samples.member(status);
    if (status.node() != null) {
      samples.node(status.node());
    }
    if (status.replication() != null) {
      samples.replication(status.replication());
    }
    if (status.dataPlane() != null) {
      samples.dataPlane(status.dataPlane());
    }
    return samples;
  }

  private void member(Status s) {
    Map<String, String> what =
        Map.of("array", s.array(), "member", s.member(), "version", s.version());
    put(Families.BUILD, what, 1);
    put(Families.UPTIME, s.uptimeMillis() / MILLIS);
    put(Families.WARNINGS, s.warnings().size());
    put(Families.SCHEDULER, truth(s.role().role() == Role.SCHEDULER));
    put(Families.WITNESS, truth(s.role().role() == Role.WITNESS));
    put(Families.ELIGIBLE, truth(s.role().eligible()));
    put(Families.LEASE, s.role().leaseMillis() / MILLIS);
    put(Families.PRESENT, s.view().present().size());
    put(Families.CONFIGURED, s.view().configured());
  }

  private void node(NodeStatus n) {
    put(Families.NODE_CONNECTIONS, n.connections());
    put(Families.NODE_BUFFERED, n.bufferedBytes());
    put(Families.NODE_BUFFERED_LIMIT, n.bufferedLimit());
  }

  private void replication(ReplicationStatus r) {
    put(Families.COMPLETE, truth(r.complete()));
    put(Families.SESSIONS, r.sessions());
    put(Families.SENT, r.sent());
    put(Families.RECEIVED, r.received());
    put(Families.OVERFLOWED, r.overflowed());
    put(Families.FAILED, r.failed());
    put(Families.QUEUED, r.queued());
    put(Families.LAG_P50, r.lagMicrosP50() / MICROS);
    put(Families.LAG_P99, r.lagMicrosP99() / MICROS);
    put(Families.STALLED, r.stalledMillis() / MILLIS);
    put(Families.MENDED, r.mended());
    put(Families.PROVED, r.equalForMillis() < 0 ? -1 : r.equalForMillis() / MILLIS);
  }

  private void dataPlane(DataPlaneStatus d) {
    put(Families.ATTACHED, truth(d.attached()));
    d.outcomes()
        .forEach((outcome, count) -> put(Families.PACKETS, Map.of("outcome", outcome), count));
    if (d.labelPairs() != null) {
      labels(d.labelPairs());
      put(Families.POOL_EMPTY, d.outcomes().getOrDefault("pool_empty", 0L));
    }
  }

  private void labels(LabelPairs pairs) {
    labels("free", pairs.free());
    labels("queue", pairs.queue());
    labels("used", pairs.used());
    labels("resting", pairs.resting());
  }

  private void labels(String state, int pairs) {
    put(Families.LABEL_PAIRS, Map.of("state", state), pairs);
  }

  private void service(ServiceStatus s) {
    Map<String, String> labels = Map.of("service", s.name());
    put(Families.SERVICE_CONNECTIONS, labels, s.connections());
    put(Families.SERVICE_ACTIVE, labels, s.active());
    put(Families.SERVICE_REQUESTS, labels, s.requests());
    put(Families.SERVICE_P50, labels, s.latencyMicrosP50() / MICROS);
    put(Families.SERVICE_P99, labels, s.latencyMicrosP99() / MICROS);
    StatusClasses r = s.responses();
    responses(s.name(), "1xx", r.status1xx());
    responses(s.name(), "2xx", r.status2xx());
    responses(s.name(), "3xx", r.status3xx());
    responses(s.name(), "4xx", r.status4xx());
    responses(s.name(), "5xx", r.status5xx());
    s.events()
        .forEach((event, count) ->
            put(Families.SERVICE_EVENTS, Map.of("service", s.name(), "event", event), count));
    s.stages()
        .forEach((what, count) ->
            put(Families.SERVICE_STAGES, Map.of("service", s.name(), "what", what), count));
    if (s.admission() != null) {
      admission(s.name(), s.admission());
    }
    if (s.goal() != null) {
      goal(s.name(), s.goal());
    }
    s.targets().forEach(target -> target(s.name(), target));
    s.servers().forEach(server -> server(s.name(), server));
  }

  private void responses(String service, String statusClass, long count) {
    put(Families.SERVICE_RESPONSES, Map.of("service", service, "class", statusClass), count);
  }

  private void admission(String service, AdmissionStatus a) {
    put(Families.SERVICE_SESSIONS, Map.of("service", service), a.sessions());
    put(Families.SERVICE_SHED, Map.of("service", service), a.shed());
    a.refused()
        .forEach((reason, count) ->
            put(Families.SERVICE_REFUSED, Map.of("service", service, "reason", reason), count));
  }

  private void goal(String service, GoalStatus g) {
    Map<String, String> labels = Map.of("service", service);
    put(Families.SERVICE_EXISTING_P99, labels, g.latencyMicrosP99() / MICROS);
    put(Families.SERVICE_NEW_LIMITED, labels, truth(g.limiting()));
    put(Families.SERVICE_NEW_RATE, labels, g.rate());
  }

  private void target(String service, TargetStatus t) {
    Map<String, String> labels = Map.of("service", service, "target", t.name());
    put(Families.TARGET_UP, labels, truth(t.state().equals("up")));
    put(Families.TARGET_SHARE, labels, t.share());
  }

  private void server(String service, ServerStatus s) {
    Map<String, String> labels = Map.of("service", service, "server", s.name());
    put(Families.SERVER_UP, labels, truth(s.state().equals("up")));
    put(Families.SERVER_ACTIVE, labels, s.active());
    put(Families.SERVER_CONNECTIONS, labels, s.connections());
    put(Families.SERVER_REQUESTS, labels, s.requests());
    put(Families.SERVER_ERRORS, labels, s.errors());
    put(Families.SERVER_EJECTED, labels, truth(s.state().equals("ejected")));
    put(Families.SERVER_EJECTIONS, labels, s.ejections());
  }

  private void cache(CacheStatus c) {
    cacheRequests(c.service(), "hit", c.hits());
    cacheRequests(c.service(), "validated", c.validated());
    cacheRequests(c.service(), "collapsed", c.collapsed());
    cacheRequests(c.service(), "stale", c.stale());
    cacheRequests(c.service(), "miss", c.misses());
    cacheRequests(c.service(), "bypassed", c.bypassed());
    Map<String, String> labels = Map.of("service", c.service());
    put(Families.CACHE_STORED, labels, c.stored());
    put(Families.CACHE_REFUSED, labels, c.refused());
    put(Families.CACHE_EVICTED, labels, c.evicted());
    put(Families.CACHE_PURGED, labels, c.purged());
    put(Families.CACHE_ENTRIES, labels, c.entries());
    put(Families.CACHE_BYTES, labels, c.bytes());
    put(Families.CACHE_BYTES_LIMIT, labels, c.mostBytes());
  }

  private void cacheRequests(String service, String result, long count) {
    put(Families.CACHE_REQUESTS, Map.of("service", service, "result", result), count);
  }

  private void put(Family family, Number value) {
    put(family, Map.of(), value);
  }

  private void put(Family family, Map<String, String> labels, Number value) {
    values.put(new Series(family, family.series(labels)), value);
  }

  private static int truth(boolean value) {
    return value ? 1 : 0;
  }
}
