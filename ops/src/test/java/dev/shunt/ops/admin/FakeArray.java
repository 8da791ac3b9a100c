package dev.shunt.ops.admin;

import dev.shunt.node.CacheStats;
import dev.shunt.ops.admin.model.AdmissionStatus;
import dev.shunt.ops.admin.model.CacheReport;
import dev.shunt.ops.admin.model.CacheStatus;
import dev.shunt.ops.admin.model.DataPlaneStatus;
import dev.shunt.ops.admin.model.GoalStatus;
import dev.shunt.ops.admin.model.LabelPairs;
import dev.shunt.ops.admin.model.LabelRow;
import dev.shunt.ops.admin.model.Labels;
import dev.shunt.ops.admin.model.MemberStatus;
import dev.shunt.ops.admin.model.Members;
import dev.shunt.ops.admin.model.NodeStatus;
import dev.shunt.ops.admin.model.OcspReport;
import dev.shunt.ops.admin.model.Outcome;
import dev.shunt.ops.admin.model.PurgeReport;
import dev.shunt.ops.admin.model.ReplicationStatus;
import dev.shunt.ops.admin.model.RequestReport;
import dev.shunt.ops.admin.model.Role;
import dev.shunt.ops.admin.model.RoleStatus;
import dev.shunt.ops.admin.model.ServerStatus;
import dev.shunt.ops.admin.model.ServiceStatus;
import dev.shunt.ops.admin.model.Services;
import dev.shunt.ops.admin.model.SessionEntry;
import dev.shunt.ops.admin.model.Sessions;
import dev.shunt.ops.admin.model.Status;
import dev.shunt.ops.admin.model.StatusClasses;
import dev.shunt.ops.admin.model.TargetStatus;
import dev.shunt.ops.admin.model.TraceLine;
import dev.shunt.ops.admin.model.ViewStatus;
import dev.shunt.ops.admin.model.WhereGoes;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.Probe;
import dev.shunt.scheduler.Refusal;
import dev.shunt.scheduler.TraceFilter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An array of three members, of which m1 answers, is scheduler, and remembers its commands. */
public final class FakeArray implements ArrayControl {

  /** What was commanded, such as {@code drain m2}. */
  public final List<String> commands = new CopyOnWriteArrayList<>();

  /** What packets were asked about. */
  public final List<Probe> probes = new CopyOnWriteArrayList<>();

  /** What was traced, and how long. */
  public final List<String> traces = new CopyOnWriteArrayList<>();

  /** What a trace says. */
  public final List<TraceLine> traced = new CopyOnWriteArrayList<>();

  /** How many requests the node has had. */
  public final AtomicLong requests = new AtomicLong(1234);

  /** How often the status was asked for. */
  public final AtomicLong asked = new AtomicLong();

  private static final AdmissionStatus ADMISSION =
      AdmissionStatus.of(
          new AdmissionState(
              812, AdmissionState.ALL / 8, Map.of(Refusal.RATE, 7L, Refusal.LOAD, 30L)));

  /** Why m3 answers no other member; empty: it does. */
  public volatile String silent = "";

  /** No service keeps responses. */
  public volatile boolean cacheless;

  /** Makes every question fail as a bug would. */
  public volatile boolean broken;

  @Override
  public Status status() {
    asked.incrementAndGet();
    if (broken) {
      throw new IllegalStateException("a secret of the inside");
    }
    return new Status(
        "demo",
        "m1",
        "0.1.0",
        "0123456789abcdef",
        192_000,
        new RoleStatus(Role.SCHEDULER, "7.2", "m1", 1_000_000, 134, true),
        new ViewStatus(5, List.of("m1", "m2"), 3, true),
        new ReplicationStatus(
            true, 42, 100, 200, 3, 0, 1, 400, 1200, 0, 7, 12_000, "00c0ffee00c0ffee"),
        new DataPlaneStatus(
            true,
            "native",
            true,
            "eth0",
            "02:00:00:00:00:01",
            Map.of("push", 900L, "local", 100L, "pool_empty", 5L),
            Set.of("pool_empty"),
            Map.of("web", ADMISSION),
            new LabelPairs(2048, 4000, 96, 7),
            null),
        new NodeStatus(
            "io_uring",
            "boringssl",
            2,
            3 << 20,
            256 << 20,
            List.of("stamp"),
            12,
            4,
            requests.get(),
            new StatusClasses(0, 1200, 0, 30, 4),
            List.of(
                new OcspReport(
                    "web", "/etc/web.pem", false, "good", 1_800_000_000_000L, null, null),
                new OcspReport("shop", "/etc/shop.pem", true, "none", null, 1_000L, "timed out"))),
        List.of("member m3 is absent"));
  }

  @Override
  public Members members() {
    return new Members(
        "m1",
        List.of(
            new MemberStatus(
                "m1",
                "10.77.0.11",
                true,
                true,
                false,
                true,
                true,
                false,
                "up",
                1024,
                "02:00:00:00:00:01",
                "0.1.0"),
            new MemberStatus(
                "m2",
                "10.77.0.12",
                false,
                true,
                false,
                false,
                true,
                true,
                "drained",
                1026,
                "02:00:00:00:00:02",
                "0.1.0"),
            new MemberStatus(
                "m3",
                "10.77.0.13",
                false,
                false,
                false,
                false,
                false,
                false,
                "gone",
                1028,
                null,
                null)));
  }

  @Override
  public Services services() {
    return new Services(
        "m1",
        List.of(
            new ServiceStatus(
                "web",
                "http",
                "10.77.0.100:80",
                "maglev",
                false,
                "direct",
                "round-robin",
                12,
                4,
                requests.get(),
                new StatusClasses(0, 1200, 0, 30, 4),
                850,
                12_300,
                ADMISSION,
                new GoalStatus(true, 12.5, 180_000, 77),
                new TreeMap<>(Map.of("tls_handshake", 7L)),
                new TreeMap<>(Map.of("session_id_entries", 5L)),
                List.of(
                    new TargetStatus("m1", 1024, "up", 1, 1.0),
                    new TargetStatus("m2", 1026, "drained", 1, 0)),
                List.of(
                    new ServerStatus("s1", "10.77.0.21:8080", 1, "up", 3, 5, 1200, 2, 0),
                    new ServerStatus(
                        "127.0.0.1:9001", "127.0.0.1:9001", 2, "down", 0, 0, 34, 34, 0)))));
  }

  @Override
  public Sessions sessions(SessionFilter filter, int limit) {
    return filter.select(
        action -> {
          action.accept(session("192.0.2.7:4711", "m1", "established"));
          action.accept(session("192.0.2.7:4712", "m2", "established"));
          action.accept(session("192.0.2.77:4713", "m2", "closing"));
        },
        limit);
  }

  private static SessionEntry session(String client, String target, String state) {
    return new SessionEntry(
        "%012x".formatted(Integer.toUnsignedLong(client.hashCode())),
        "tcp",
        client,
        "10.77.0.100:80",
        "web",
        target,
        1024,
        8195,
        8196,
        state,
        "7.2",
        61_000);
  }

  @Override
  public Labels labels(LabelFilter filter, int limit) {
    List<LabelRow> all =
        List.of(
            row(1026, null, "02:00:00:00:00:02", "m2", null),
            row(8195, "C2S", "02:00:00:00:00:02", "m2", "192.0.2.7:4712 → 10.77.0.100:80"),
            row(8196, "S2C", "02:00:00:00:00:07", "m2", "192.0.2.7:4712 → 10.77.0.100:80"),
            row(8197, "C2S", "02:00:00:00:00:03", "m3", "192.0.2.77:9 → 10.77.0.100:80"));
    List<LabelRow> matching = all.stream().filter(filter::matches).toList();
    return new Labels("m1", all.size(), matching.size(), matching.stream().limit(limit).toList());
  }

  private static LabelRow row(
      int label, @Nullable String direction, String port, String target, @Nullable String session) {
    String service = session == null ? null : "web";
    return new LabelRow(
        label, direction, "eth0", "eth0", port, "to_port", 12, target, service, session);
  }

  @Override
  public RequestReport request(String id) throws ControlException {
    if (id.equals("00000000000000b1")) {
      return session(id);
    }
    if (!id.equals("00000000000000a7")) {
      throw new ControlException(
          ControlException.Reason.NOT_FOUND, "no member remembers a request " + id);
    }
    return new RequestReport(
        "m2",
        id,
        null,
        "2026-11-22T08:00:00Z",
        "web",
        "192.0.2.7:4711",
        false,
        "http/1.1",
        "GET",
        "a.example",
        "/x",
        2,
        "least-connections",
        "web1",
        "cookie",
        List.of(
            new RequestReport.Attempt(
                "web1", "preferred", 3, "old", 0.1, "closed_without_response"),
            new RequestReport.Attempt("web1", "again", 3, "new", 0.5, "responded")),
        1,
        200,
        null,
        1.25,
        2.5,
        false,
        null);
  }

  private static RequestReport session(String id) {
    return new RequestReport(
        "m3",
        id,
        null,
        "2026-11-22T08:00:00Z",
        "names",
        "192.0.2.7:4711",
        false,
        "udp",
        null,
        null,
        null,
        null,
        "round-robin",
        null,
        null,
        List.of(
            new RequestReport.Attempt("a", "balanced", 0, "new", 0, "connect_failed"),
            new RequestReport.Attempt("b", "balanced", 7, "new", 900.5, "responded")),
        1,
        null,
        null,
        902.25,
        60902.25,
        false,
        new RequestReport.Relayed(3L, 1L, 120, 56, "too_old"));
  }

  @Override
  public WhereGoes whereGoes(Probe probe) {
    probes.add(probe);
    return new WhereGoes(
        "m1",
        probe.toString(),
        "forward_new",
        "sent",
        "To a target on another machine: it opens a session.",
        "web",
        "maglev",
        "by the flow: the same as long as the targets stay",
        new WhereGoes.Session("m2", "established", 8195, 12, 61_000),
        new WhereGoes.Entry(
            8195,
            "to-port",
            "m2",
            "02:00:00:00:00:02",
            "web",
            "198.51.100.7:40000 -> 10.77.0.100:80"),
        new WhereGoes.Place(17, 1009),
        new WhereGoes.Goal("m2", 1026, "up", "02:00:00:00:00:02", false),
        new WhereGoes.Leaves(1026, "02:00:00:00:00:02", 58, "0200"),
        List.of("pair_taken"),
        "The packet after the SYN makes it a session.");
  }

  @Override
  public LineStream trace(TraceFilter filter, Duration limit, int count) throws ControlException {
    if (filter.outcomes().contains("nonsense")) {
      throw new IllegalArgumentException("outcome: found 'nonsense', allowed is drop");
    }
    if (filter.every() == 99) {
      throw new ControlException(ControlException.Reason.CONFLICT, "another trace is running");
    }
    traces.add(filter + " for " + limit.toSeconds() + " s, " + count);
    return new Lines(new ArrayDeque<>(traced));
  }

  /** What is to be read of a trace. */
  private final class Lines implements LineStream {
    private final Queue<TraceLine> left;

    private Lines(Queue<TraceLine> left) {
      this.left = left;
    }

    @Override
    public Optional<Object> next() {
      return Optional.ofNullable(left.poll());
    }

    @Override
    public void close() {
      commands.add("trace closed");
    }
  }

  @Override
  public CacheReport caches() {
    return new CacheReport("m1", cacheless ? List.of() : List.of(cache("m1", 60)), List.of());
  }

  private static CacheStatus cache(String member, long hits) {
    return CacheStatus.of(
        "web", member, new CacheStats(hits, 20, 10, 5, 25, 7, 40, 3, 2, 9, 29, 4096, 1 << 20));
  }

  @Override
  public CacheReport arrayCaches(Optional<String> service) {
    if (cacheless || service.filter(s -> !s.equals("web")).isPresent()) {
      return new CacheReport("m1", List.of(), List.of());
    }
    return silent.isEmpty()
        ? new CacheReport("m1", List.of(cache("m1", 60), cache("m2", 0), cache("m3", 0)), List.of())
        : new CacheReport(
            "m1",
            List.of(cache("m1", 60), cache("m2", 0)),
            List.of(new CacheReport.Missing("m3", silent)));
  }

  @Override
  public PurgeReport purge(PurgeOrder order) throws ControlException {
    if (cacheless || order.service().filter(s -> !s.equals("web")).isPresent()) {
      throw new ControlException(
          ControlException.Reason.NOT_FOUND, caches().lacks(order.service()));
    }
    commands.add("purge " + order);
    PurgeReport.OfMember m1 = new PurgeReport.OfMember("m1", true, Map.of("web", 3), null);
    PurgeReport.OfMember m2 =
        new PurgeReport.OfMember("m2", true, Map.of(), "no service keeps responses");
    if (silent.isEmpty()) {
      return new PurgeReport("m1", 3, List.of(m1, m2));
    }
    throw new ControlException(
        ControlException.Reason.UNAVAILABLE,
        "not all members obeyed: " + silent,
        new PurgeReport("m1", 3, List.of(m1, m2, PurgeReport.OfMember.failed("m3", silent))));
  }

  @Override
  public Outcome drainMember(String member, boolean drained) throws ControlException {
    if (members().members().stream().noneMatch(m -> m.name().equals(member))) {
      throw new ControlException(
          ControlException.Reason.NOT_FOUND, "there is no member '" + member + "'");
    }
    return obeyed((drained ? "drain " : "undrain ") + member);
  }

  @Override
  public Outcome drainServer(String service, String server, boolean drained)
      throws ControlException {
    if (!service.equals("web")) {
      throw new ControlException(
          ControlException.Reason.NOT_FOUND, "there is no service '" + service + "'");
    }
    return obeyed((drained ? "drain " : "undrain ") + service + "/" + server);
  }

  @Override
  public Outcome stepDown() throws ControlException {
    if (commands.contains("step down")) {
      throw new ControlException(ControlException.Reason.CONFLICT, "m1 is not scheduler, m2 is");
    }
    return obeyed("step down");
  }

  private Outcome obeyed(String command) {
    commands.add(command);
    return new Outcome(true, "done: " + command);
  }
}
