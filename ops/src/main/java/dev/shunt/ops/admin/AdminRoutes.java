package dev.shunt.ops.admin;

import dev.shunt.ops.admin.model.CacheReport;
import dev.shunt.ops.admin.model.Outcome;
import dev.shunt.ops.admin.model.Version;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of the admin API's operations. */
final class AdminRoutes {

  static final int DEFAULT_SESSIONS = 100;
  static final int MAX_SESSIONS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(AdminRoutes.class);

  private final ArrayControl array;
  private final Version version;

  AdminRoutes(ArrayControl array, Version version) {
    this.array = array;
    this.version = version;
  }

  List<Route> table() {
    return List.of(
        new Route("GET", "/v1/status", _ -> array.status()),
        new Route("GET", "/v1/members", _ -> array.members()),
        new Route("GET", "/v1/services", _ -> array.services()),
        new Route("GET", "/v1/sessions", this::sessions),
        new Route("GET", "/v1/labels", this::labels),
        new Route("GET", "/v1/where-goes", call -> array.whereGoes(Questions.probe(call))),
        new Route("POST", "/v1/trace", this::trace),
        new Route("GET", "/v1/requests/{id}", call -> array.request(call.segment("id"))),
        new Route("GET", "/v1/cache", this::cache),
        new Route("POST", "/v1/cache/purge", this::purge),
        new Route("GET", "/v1/version", _ -> version),
        new Route("POST", "/v1/members/{member}/drain", call -> drainMember(call, true)),
        new Route("POST", "/v1/members/{member}/undrain", call -> drainMember(call, false)),
        new Route("POST", "/v1/servers/{service}/{server}/drain", call -> drainServer(call, true)),
        new Route(
            "POST", "/v1/servers/{service}/{server}/undrain", call -> drainServer(call, false)),
        new Route("POST", "/v1/step-down", _ -> logged("step down", array.stepDown())));
  }

  private Object sessions(Route.Call call) throws ControlException {
    SessionFilter filter = call.query("filter").map(SessionFilter::parse).orElse(SessionFilter.ALL);
    return array.sessions(filter, limit(call));
  }

  private Object labels(Route.Call call) throws ControlException {
    LabelFilter filter =
        new LabelFilter(call.query("service"), call.query("target"), call.query("session"));
    return array.labels(filter, limit(call));
  }

  private Object trace(Route.Call call) throws ControlException {
    LineStream lines =
        array.trace(Questions.filter(call), Questions.time(call), Questions.count(call));
    LOG.info("operator: trace {}", call.query());
    return lines;
  }

  private Object cache(Route.Call call) throws ControlException {
    Optional<String> service = call.query("service").map(PurgeOrder::service);
    Optional<String> members = call.query("members");
    if (members.filter(m -> !m.equals("all")).isPresent()) {
      throw new IllegalArgumentException(
          "members: found '%s', allowed is all, or nothing for the member that is asked alone"
              .formatted(members.get()));
    }
    CacheReport report = members.isPresent() ? array.arrayCaches(service) : array.caches();
    CacheReport found = service.map(report::of).orElse(report);
    if (service.isPresent() && found.caches().isEmpty() && found.missing().isEmpty()) {
      throw new ControlException(ControlException.Reason.NOT_FOUND, array.caches().lacks(service));
    }
    return found;
  }

  private Object purge(Route.Call call) throws ControlException {
    PurgeOrder order = PurgeOrder.read(call.body().get());
    LOG.info("operator: purge {}", order);
    return array.purge(order);
  }

  private static int limit(Route.Call call) {
    return call.query("limit").map(AdminRoutes::limit).orElse(DEFAULT_SESSIONS);
  }

  private static int limit(String text) {
    int limit = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > MAX_SESSIONS) {
      throw new IllegalArgumentException(
          "limit: found '%s', allowed is a number from 1 to %d".formatted(text, MAX_SESSIONS));
    }
    return limit;
  }

  private Object drainMember(Route.Call call, boolean drained) throws ControlException {
    String member = call.segment("member");
    return logged(verb(drained) + member, array.drainMember(member, drained));
  }

  private Object drainServer(Route.Call call, boolean drained) throws ControlException {
    String service = call.segment("service");
    String server = call.segment("server");
    return logged(
        verb(drained) + service + "/" + server, array.drainServer(service, server, drained));
  }

  private static String verb(boolean drained) {
    return drained ? "drain " : "undrain ";
  }

  private static Outcome logged(String command, Outcome outcome) {
    LOG.info("operator: {}: {}", command, outcome.message());
    return outcome;
  }
}
