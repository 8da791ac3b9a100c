package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import dev.shunt.scheduler.xdp.model.ModelTables.Address;
import dev.shunt.scheduler.xdp.model.ModelTables.ServiceKey;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** What the process in user space does to the tables. */
public final class ModelControl {

  private final ModelTables tables;
  private final PairRules pairs;

  public ModelControl(Model model) {
    tables = model.tables;
    pairs = model.pairs;
  }

  /**
   * Targets, services, rows; then what hangs on them.
   *
   * @param indexes where the counters of a service are
   */
  public void apply(DispatchTable table, ToIntFunction<Service> indexes) {
    Set<Integer> changed = applyTargets(table.targets());
    tables.ownLabel =
        table.targets().stream()
            .filter(Target::local)
            .mapToInt(Target::label)
            .findFirst()
            .orElse(0);
    boolean ended = applyServices(table, indexes);
    for (Map<Flow, ModelSession> sessions :
        changed.isEmpty()
            ? List.<Map<Flow, ModelSession>>of()
            : List.of(tables.sessions4, tables.sessions6)) {
      sessions.forEach((flow, session) -> {
        if (session.label != 0
            && changed.contains(session.target)
            && pairs.isOf(session.label, owner(flow))) {
          putForth(flow, session);
        }
      });
    }
    if (ended) {
      Set<Flow> orphans = new HashSet<>(tables.sessions4.keySet());
      orphans.addAll(tables.sessions6.keySet());
      orphans.removeIf(flow -> tables.service(flow) != null);
      remove(orphans);
    }
  }

  /** The labels of those that changed, or are no more. */
  private Set<Integer> applyTargets(List<Target> targets) {
    Set<Integer> changed = new HashSet<>();
    Set<Integer> gone = new HashSet<>(tables.targets.keySet());
    for (Target target : targets) {
      gone.remove(target.label());
      ModelTarget now =
          new ModelTarget(
              target.label(),
              target.mac().bits(),
              target.state(),
              target.weight(),
              target.local(),
              !target.labelled());
      if (now.equals(tables.targets.put(target.label(), now))) {
        continue;
      }
      changed.add(target.label());
      LabelAction action = LabelAction.TO_PORT;
      if (now.local()) {
        action = LabelAction.TO_STACK;
      } else if (now.plain()) {
        // A label alone leads nowhere where frames are to be plain.
        action = LabelAction.NONE;
      }
      putTargetLabels(now.label(), now.mac(), action);
    }
    for (int label : gone) {
      tables.targets.remove(label);
      putTargetLabels(label, 0, LabelAction.NONE);
      changed.add(label);
    }
    return changed;
  }

  private void putTargetLabels(int label, long mac, LabelAction action) {
    pairs.set(label, label, mac, 0, true, action);
    pairs.set(label + 1, label, mac, 0, false, action);
  }

  /** Whether services ended. */
  private boolean applyServices(DispatchTable table, ToIntFunction<Service> indexes) {
    Set<ServiceKey> ended = new HashSet<>(tables.services.keySet());
    tables.vips.clear();
    table
        .rows()
        .forEach((service, row) -> {
          Address vip = address(service.vip().address());
          tables.vips.add(vip);
          ServiceKey key =
              new ServiceKey(vip.high(), vip.low(), service.port(), service.protocol().number());
          int index = indexes.applyAsInt(service);
          if (!ended.remove(key)) {
            // Of a new service counters begin at zero.
            tables.serviceTraffic.remove(index);
          }
          tables.services.put(key, new ModelService(index, row, service.labels()));
        });
    tables.services.keySet().removeAll(ended);
    return !ended.isEmpty();
  }

  private static Address address(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return bytes.remaining() == 4
        ? new Address(0, IpReader.mapped(bytes.getInt()))
        : new Address(bytes.getLong(), bytes.getLong());
  }

  /** A session that another member tells of; whether there was room. */
  public boolean put(Session told) {
    Flow flow = told.flow();
    Map<Flow, ModelSession> sessions = tables.sessions(flow.isIpv4());
    ModelSession before = sessions.get(flow);
    if (before == null && sessions.size() >= tables.maxSessions) {
      return false;
    }
    if (before != null && before.label != told.label().forth()) {
      clear(flow, before);
    }
    ModelSession session = new ModelSession();
    session.lastSeen = tables.now.nanos();
    session.target = told.target();
    session.state = told.state();
    SessionLabel label = told.label();
    session.label = label.forth();
    session.clientMac = label.clientMac();
    session.clientLabels = label.clientLabels();
    sessions.put(flow, session);
    if (label.isPresent()) {
      putForth(flow, session);
      pairs.set(
          label.back(),
          session.target,
          label.clientMac(),
          owner(flow),
          flow.isIpv4(),
          label.clientLabels() ? LabelAction.TO_PORT : LabelAction.POP_TO_PORT);
    }
    return true;
  }

  /** To a target that takes no labelled packets any more there is no way. */
  private void putForth(Flow flow, ModelSession session) {
    @Nullable ModelTarget to = tables.targets.get(session.target);
    if (to == null || to.state() == TargetState.GONE || to.plain()) {
      pairs.set(session.label, session.target, 0, owner(flow), flow.isIpv4(), LabelAction.NONE);
      return;
    }
    LabelAction action = to.local() ? LabelAction.TO_STACK : LabelAction.TO_PORT;
    pairs.set(session.label, session.target, to.mac(), owner(flow), flow.isIpv4(), action);
  }

  /** Ends sessions; those that there were. */
  public int remove(Collection<Flow> flows) {
    int removed = 0;
    for (Flow flow : flows) {
      ModelSession session = tables.sessions(flow.isIpv4()).remove(flow);
      if (session != null) {
        clear(flow, session);
        removed++;
      }
    }
    return removed;
  }

  private void clear(Flow flow, ModelSession session) {
    if (session.label != 0) {
      pairs.clear(session.label, owner(flow));
      pairs.clear(session.label + 1, owner(flow));
      pairs.giveUp(flow, session.label);
    }
  }

  private static int owner(Flow flow) {
    return PairRules.owner(FlowMarks.mark(flow, flow.isIpv4()));
  }

  public void lease(long untilNanos) {
    tables.leaseUntil = untilNanos;
  }

  /** New pairs, and those that rest, into the pool. */
  public int[] offer(int... others) {
    pairs.resting.addAll(java.util.Arrays.stream(others).boxed().toList());
    int[] offered = pairs.resting.stream().mapToInt(Integer::intValue).toArray();
    pairs.resting.clear();
    for (int pair : offered) {
      tables.pool.add(pair);
    }
    return offered;
  }

  /** All pairs out of the pool. */
  public int[] drain() {
    int[] drained = tables.pool.stream().mapToInt(Integer::intValue).toArray();
    tables.pool.clear();
    for (int pair : drained) {
      pairs.resting.add(pair);
    }
    return drained;
  }

  public int datagrams() {
    return tables.datagrams.size();
  }

  public void forgetDatagrams() {
    tables.datagrams.clear();
  }

  /** The events until now were read: there is room for others. */
  public void eventsRead() {
    tables.waitingEvents = 0;
  }

  /** Sets the load of each target to its live sessions. */
  public void recount() {
    tables.loads.clear();
    for (Map<Flow, ModelSession> sessions : List.of(tables.sessions4, tables.sessions6)) {
      sessions
          .values()
          .forEach(session -> {
            if (session.state != dev.shunt.replication.SessionState.CLOSING) {
              tables.load(session.target, 1);
            }
          });
    }
  }
}
