package dev.shunt.ops.daemon;

import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Membership;
import dev.shunt.cluster.Ticker;
import dev.shunt.node.Node;
import dev.shunt.ops.admin.ArrayControl;
import dev.shunt.ops.admin.ControlException;
import dev.shunt.ops.admin.ControlException.Reason;
import dev.shunt.ops.admin.LabelFilter;
import dev.shunt.ops.admin.LineStream;
import dev.shunt.ops.admin.PurgeOrder;
import dev.shunt.ops.admin.SessionFilter;
import dev.shunt.ops.admin.model.CacheReport;
import dev.shunt.ops.admin.model.DataPlaneStatus;
import dev.shunt.ops.admin.model.LabelPairs;
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
import dev.shunt.ops.admin.model.Services;
import dev.shunt.ops.admin.model.Sessions;
import dev.shunt.ops.admin.model.Status;
import dev.shunt.ops.admin.model.StatusClasses;
import dev.shunt.ops.admin.model.WhereGoes;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.ops.config.ServiceConfig;
import dev.shunt.replication.ArrayState.Drained;
import dev.shunt.replication.ArrayState.Kind;
import dev.shunt.replication.Replication;
import dev.shunt.replication.ReplicationException;
import dev.shunt.replication.ReplicationStats;
import dev.shunt.scheduler.Probe;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TraceFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** Answers the admin API out of the daemon's parts, and passes commands to them. Thread-safe. */
public final class DaemonControl implements ArrayControl {

  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Longer than a wish to resign stands. */
  private static final Duration HAND_OVER = Duration.ofMillis(2_500);

  private final ArrayConfig config;
  private final LocalConfig local;
  private final Parts parts;
  private final Ticker ticker;
  private final long startedNanos;
  private final ServiceReport serviceReport;
  private final SessionReport sessionReport;
  private final LabelReport labelReport;
  private final Inspection inspection;
  private final RequestReports requests;
  private final ResponseCaches caches;

  /**
   * What the daemon is made of.
   *
   * @param layerFour empty where no service has a VIP
   */
  public record Parts(
      Membership membership,
      Replication replication,
      ArrayAgent agent,
      Node node,
      Optional<LayerFour> layerFour,
      Identity identity) {}

  /**
   * What this daemon is.
   *
   * @param version of the software
   * @param config fingerprint of the shared configuration
   */
  public record Identity(String version, String config) {}

  /**
   * @param wallClockMillis milliseconds since the epoch
   */
  public DaemonControl(
      ArrayConfig config,
      LocalConfig local,
      Parts parts,
      Ticker ticker,
      LongSupplier wallClockMillis) {
    this.config = config;
    this.local = local;
    this.parts = parts;
    this.ticker = ticker;
    this.startedNanos = ticker.nanos();
    this.serviceReport = new ServiceReport(config, parts.node(), parts.layerFour());
    this.sessionReport = new SessionReport(config, wallClockMillis);
    this.labelReport =
        new LabelReport(local.member().value(), sessionReport, local.networkInterface().orElse(""));
    this.requests =
        new RequestReports(
            local.member(), config, parts.node(), parts.membership().calls(), parts.agent()::view);
    this.caches =
        new ResponseCaches(local.member(), config, parts.node(), parts.membership().calls());
    this.inspection =
        new Inspection(
            local.member().value(),
            sessionReport,
            label -> labelReport.sessionOf(label, parts.replication().sessions()),
            parts.layerFour(),
            ticker,
            wallClockMillis);
  }

  @Override
  public Status status() {
    NodeStatus node = nodeStatus();
    return new Status(
        config.name(),
        local.member().value(),
        parts.identity().version(),
        parts.identity().config(),
        (ticker.nanos() - startedNanos) / NANOS_PER_MILLI,
        role(),
        ArrayReport.view(parts.agent().view()),
        config.isStandalone() ? null : replicationStatus(),
        parts.layerFour().map(this::dataPlaneStatus).orElse(null),
        node,
        warnings(node));
  }

  @Override
  public Members members() {
    MemberView view = parts.agent().view();
    Leadership leadership = parts.membership().leadership();
    Set<MemberId> drained = parts.agent().drainedMembers();
    List<MemberStatus> members = new ArrayList<>();
    for (MemberAddress configured : config.voters()) {
      members.add(
          memberStatus(
              configured,
              view.member(configured.id()),
              leadership.scheduler().equals(Optional.of(configured.id())),
              drained.contains(configured.id())));
    }
    return new Members(local.member().value(), members);
  }

  @Override
  public Services services() {
    return new Services(local.member().value(), serviceReport.all());
  }

  @Override
  public Sessions sessions(SessionFilter filter, int limit) {
    return filter.select(
        action ->
            parts.replication().sessions().forEach(s -> action.accept(sessionReport.entry(s))),
        limit);
  }

  @Override
  public Labels labels(LabelFilter filter, int limit) {
    return labelReport.of(
        parts.layerFour().map(LayerFour::labelTable).orElse(List.of()),
        parts.replication().sessions(),
        filter,
        limit);
  }

  @Override
  public WhereGoes whereGoes(Probe probe) throws ControlException {
    return inspection.whereGoes(probe);
  }

  @Override
  public LineStream trace(TraceFilter filter, Duration limit, int count) throws ControlException {
    return inspection.trace(filter, limit, count);
  }

  @Override
  public RequestReport request(String id) throws ControlException {
    return requests.find(id);
  }

  @Override
  public CacheReport caches() {
    return caches.own();
  }

  @Override
  public CacheReport arrayCaches(Optional<String> service) {
    return caches.all(service);
  }

  @Override
  public PurgeReport purge(PurgeOrder order) throws ControlException {
    return caches.purge(order);
  }

  @Override
  public Outcome drainMember(String member, boolean drain) throws ControlException {
    MemberId id = configured(member);
    Set<MemberId> drained = parts.agent().drainedMembers();
    boolean lastOne =
        parts.agent().view().nodes().stream()
            .allMatch(m -> m.id().equals(id) || drained.contains(m.id()));
    if (drain && !drained.contains(id) && lastOne) {
      throw new ControlException(
          Reason.CONFLICT,
          member + " is the last member that takes new sessions; undrain or start another first");
    }
    return write(new Drained(Kind.MEMBER, member), drain, "member " + member);
  }

  @Override
  public Outcome drainServer(String service, String server, boolean drain) throws ControlException {
    ServiceConfig found =
        config.services().stream()
            .filter(s -> s.name().equals(service))
            .findFirst()
            .orElseThrow(() ->
                ArrayReport.notFound(
                    "service", service, names(config.services(), ServiceConfig::name)));
    if (found.servers().stream().noneMatch(s -> s.name().equals(server))) {
      throw ArrayReport.notFound("server", server, names(found.servers(), s -> s.name()));
    }
    return write(ServerDrains.name(service, server), drain, "server " + service + "/" + server);
  }

  @Override
  public Outcome stepDown() throws ControlException {
    if (!parts.membership().leadership().mine()) {
      throw new ControlException(
          Reason.CONFLICT,
          "this member is not scheduler; "
              + parts
                  .membership()
                  .leadership()
                  .scheduler()
                  .map(id -> id + " is")
                  .orElse("nobody is now"));
    }
    if (!parts.membership().stepDown()) {
      throw new ControlException(
          Reason.CONFLICT, "no other member is eligible; `shunt members` tells why");
    }
    if (!relieved()) {
      throw new ControlException(
          Reason.UNAVAILABLE,
          "%s asked for a successor and none took over within %d ms; it is still scheduler"
              .formatted(local.member(), HAND_OVER.toMillis()));
    }
    return new Outcome(true, local.member() + " gave the scheduler's role away");
  }

  private boolean relieved() {
    try {
      return parts.membership().awaitRelieved(HAND_OVER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Outcome write(Drained who, boolean drain, String what) throws ControlException {
    try {
      boolean changed =
          drain
              ? parts.replication().arrayState().drain(who)
              : parts.replication().arrayState().undrain(who);
      String state = drain ? "gets no new sessions" : "gets new sessions";
      return new Outcome(changed, what + " " + state + (changed ? "" : " already"));
    } catch (ReplicationException e) {
      throw new ControlException(Reason.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  private MemberId configured(String member) throws ControlException {
    if (config.witnesses().stream().anyMatch(w -> w.id().value().equals(member))) {
      throw new ControlException(
          Reason.CONFLICT,
          member + " is a witness: it carries no traffic, so there is nothing to drain");
    }
    return config.members().stream()
        .map(MemberAddress::id)
        .filter(id -> id.value().equals(member))
        .findFirst()
        .orElseThrow(() ->
            ArrayReport.notFound("member", member, names(config.members(), m -> m.id().value())));
  }

  private RoleStatus role() {
    if (config.isStandalone()) {
      return RoleStatus.STANDALONE;
    }
    Leadership leadership = parts.membership().leadership();
    long leaseNanos = parts.membership().lease().deadlineNanos() - ticker.nanos();
    boolean eligible =
        parts.agent().view().member(local.member()).map(Member::eligible).orElse(false);
    return new RoleStatus(
        leadership.mine() ? Role.SCHEDULER : Role.NODE,
        leadership.term().toString(),
        leadership.scheduler().map(MemberId::value).orElse(null),
        parts.agent().schedulerSinceMillis(),
        leadership.mine() ? Math.max(0, leaseNanos / NANOS_PER_MILLI) : 0,
        eligible);
  }

  private ReplicationStatus replicationStatus() {
    ReplicationStats stats = parts.replication().stats();
    return new ReplicationStatus(
        parts.replication().complete(),
        parts.replication().sessions().size(),
        stats.sent(),
        stats.received(),
        stats.queued(),
        stats.overflowed(),
        stats.failed(),
        stats.lagMicrosP50(),
        stats.lagMicrosP99(),
        stats.stalledMillis(),
        stats.mended(),
        stats.equalForMillis(),
        HexFormat.of().toHexDigits(stats.digest()));
  }

  private DataPlaneStatus dataPlaneStatus(LayerFour layerFour) {
    return new DataPlaneStatus(
        true,
        layerFour.dataPlane().mode(),
        layerFour.dataPlane().adopted(),
        local.networkInterface().orElse(""),
        layerFour.dataPlane().mac().toString(),
        layerFour.outcomes(),
        layerFour.dataPlane().asides(),
        ServiceReport.admissions(layerFour),
        layerFour
            .labelPairs()
            .map(p -> new LabelPairs(p.free(), p.queue(), p.used(), p.resting()))
            .orElse(null),
        layerFour.dataPlane().cookieObstacle().orElse(null));
  }

  private NodeStatus nodeStatus() {
    var stats = parts.node().stats();
    long connections = 0;
    long active = 0;
    long requests = 0;
    StatusClasses responses = StatusClasses.NONE;
    for (var service : stats.services()) {
      connections += service.connections();
      active += service.active();
      requests += service.requests();
      responses = responses.plus(ServiceReport.classes(service));
    }
    return new NodeStatus(
        stats.transport(),
        stats.tls(),
        stats.eventLoops(),
        stats.buffered(),
        stats.bufferedLimit(),
        stats.plugins(),
        connections,
        active,
        requests,
        responses,
        ServiceReport.ocsp(stats));
  }

  private MemberStatus memberStatus(
      MemberAddress configured, Optional<Member> member, boolean scheduler, boolean drained) {
    Optional<Target> target =
        parts
            .layerFour()
            .flatMap(l4 ->
                l4.table().targets().stream()
                    .filter(t -> t.name().equals(configured.id().value()))
                    .findFirst());
    return ArrayReport.member(configured, local.member(), member, scheduler, drained, target);
  }

  private List<String> warnings(NodeStatus node) {
    List<String> warnings =
        new ArrayList<>(
            ArrayReport.warnings(config, local, parts.identity().config(), parts.agent().view()));
    if (!config.isStandalone() && !parts.replication().complete()) {
      warnings.add("the tables are not complete yet: this member cannot be scheduler");
    }
    parts
        .layerFour()
        .filter(l4 -> l4.failures() > 0)
        .ifPresent(l4 -> warnings.add("the kernel refused " + l4.failures() + " operations"));
    node.ocsp().stream().map(OcspReport::warning).filter(Objects::nonNull).forEach(warnings::add);
    return warnings;
  }

  private static <T> List<String> names(
      List<T> things, java.util.function.Function<T, String> name) {
    return things.stream().map(name).toList();
  }
}
