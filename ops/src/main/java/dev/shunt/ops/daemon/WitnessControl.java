package dev.shunt.ops.daemon;

import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Ticker;
import dev.shunt.ops.admin.ArrayControl;
import dev.shunt.ops.admin.ControlException;
import dev.shunt.ops.admin.ControlException.Reason;
import dev.shunt.ops.admin.LabelFilter;
import dev.shunt.ops.admin.LineStream;
import dev.shunt.ops.admin.PurgeOrder;
import dev.shunt.ops.admin.SessionFilter;
import dev.shunt.ops.admin.model.CacheReport;
import dev.shunt.ops.admin.model.Labels;
import dev.shunt.ops.admin.model.MemberStatus;
import dev.shunt.ops.admin.model.Members;
import dev.shunt.ops.admin.model.Outcome;
import dev.shunt.ops.admin.model.PurgeReport;
import dev.shunt.ops.admin.model.RequestReport;
import dev.shunt.ops.admin.model.Role;
import dev.shunt.ops.admin.model.RoleStatus;
import dev.shunt.ops.admin.model.Services;
import dev.shunt.ops.admin.model.Sessions;
import dev.shunt.ops.admin.model.Status;
import dev.shunt.ops.admin.model.WhereGoes;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.scheduler.Probe;
import dev.shunt.scheduler.TraceFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A witness's admin API: who is there and who is scheduler. What is done with traffic it does not
 * know, and the array's state, such as who is drained, stands in tables that it has no part in.
 * Thread-safe.
 */
public final class WitnessControl implements ArrayControl {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final ArrayConfig config;
  private final LocalConfig local;
  private final WitnessAgent agent;
  private final DaemonControl.Identity identity;
  private final Ticker ticker;
  private final long startedNanos;

  public WitnessControl(
      ArrayConfig config,
      LocalConfig local,
      WitnessAgent agent,
      DaemonControl.Identity identity,
      Ticker ticker) {
    this.config = config;
    this.local = local;
    this.agent = agent;
    this.identity = identity;
    this.ticker = ticker;
    this.startedNanos = ticker.nanos();
  }

  @Override
  public Status status() {
    MemberView view = agent.view();
    Leadership leadership = agent.leadership();
    return new Status(
        config.name(),
        local.member().value(),
        identity.version(),
        identity.config(),
        (ticker.nanos() - startedNanos) / NANOS_PER_MILLI,
        new RoleStatus(
            Role.WITNESS,
            leadership.term().toString(),
            leadership.scheduler().map(MemberId::value).orElse(null),
            agent.schedulerSinceMillis(),
            0,
            false),
        ArrayReport.view(view),
        null,
        null,
        null,
        ArrayReport.warnings(config, local, identity.config(), view));
  }

  @Override
  public Members members() {
    MemberView view = agent.view();
    Optional<MemberId> scheduler = agent.leadership().scheduler();
    List<MemberStatus> members = new ArrayList<>();
    for (MemberAddress configured : config.voters()) {
      members.add(
          ArrayReport.member(
              configured,
              local.member(),
              view.member(configured.id()),
              scheduler.equals(Optional.of(configured.id())),
              false,
              Optional.empty()));
    }
    return new Members(local.member().value(), members);
  }

  @Override
  public Services services() throws ControlException {
    throw carriesNothing();
  }

  @Override
  public Sessions sessions(SessionFilter filter, int limit) throws ControlException {
    throw carriesNothing();
  }

  @Override
  public Labels labels(LabelFilter filter, int limit) throws ControlException {
    throw carriesNothing();
  }

  @Override
  public WhereGoes whereGoes(Probe probe) throws ControlException {
    throw carriesNothing();
  }

  @Override
  public LineStream trace(TraceFilter filter, Duration limit, int count) throws ControlException {
    throw carriesNothing();
  }

  @Override
  public RequestReport request(String id) throws ControlException {
    throw carriesNothing();
  }

  @Override
  public CacheReport caches() throws ControlException {
    throw carriesNothing();
  }

  @Override
  public CacheReport arrayCaches(Optional<String> service) throws ControlException {
    throw carriesNothing();
  }

  @Override
  public PurgeReport purge(PurgeOrder order) throws ControlException {
    throw carriesNothing();
  }

  @Override
  public Outcome drainMember(String member, boolean drained) throws ControlException {
    throw carriesNothing();
  }

  @Override
  public Outcome drainServer(String service, String server, boolean drained)
      throws ControlException {
    throw carriesNothing();
  }

  @Override
  public Outcome stepDown() throws ControlException {
    throw new ControlException(
        Reason.CONFLICT,
        "%s is a witness and never scheduler; %s"
            .formatted(
                local.member(),
                agent.leadership().scheduler().map(id -> id + " is").orElse("nobody is now")));
  }

  private ControlException carriesNothing() {
    return new ControlException(
        Reason.CONFLICT,
        "%s is a witness: it votes, and knows nothing of traffic; ask %s"
            .formatted(
                local.member(),
                String.join(" or ", config.members().stream().map(m -> m.id().value()).toList())));
  }
}
