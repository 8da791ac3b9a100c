package dev.shunt.ops.daemon;

import dev.shunt.cluster.Lease;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Term;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionTable;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.DataPlane;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.Facts;
import dev.shunt.scheduler.LabelEntry;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Scheduler;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SessionKeeper;
import dev.shunt.scheduler.admission.LoadShedder;
import dev.shunt.scheduler.vip.ShareKeeper;
import dev.shunt.scheduler.vip.VipKeeper;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon's layer 4: scheduler, VIPs and sessions, and the data plane that they drive.
 *
 * <p>Thread-safe: one at a time enters the data plane, but for lease renewals, which never wait.
 */
public final class LayerFour implements SessionTable.Listener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LayerFour.class);

  /** An entry on its way from another member is no leftover before this. */
  private static final Duration LEFTOVER = Duration.ofSeconds(10);

  private final Scheduler scheduler;
  private final LoadShedder shedder;
  private final VipKeeper vips;
  private final ShareKeeper shares;
  private final SessionKeeper sessions;
  private final DataPlane dataPlane;
  private final KernelAction prepareHost;
  private final Supplier<Map<InetAddress, MacAddress>> neighbours;
  private final Supplier<Map<InetAddress, MacAddress>> nextHops;
  private final SessionTable table;
  private final Optional<LabelSupply> labels;
  private final Optional<CookieSupply> cookies;
  private final Ticker ticker;
  private final ReentrantLock entry = new ReentrantLock();
  private volatile DispatchTable applied = DispatchTable.EMPTY;
  private final LongAdder failures = new LongAdder();
  private final Settling settling = new Settling();

  /** What the kernel may refuse. */
  @FunctionalInterface
  public interface KernelAction {
    void run() throws DataPlaneException;
  }

  /** What the kernel is asked. */
  @FunctionalInterface
  public interface Question<T> {
    T ask(DataPlane dataPlane) throws DataPlaneException;
  }

  /**
   * @param prepareHost makes the host ready for a data plane; done first at every start
   * @param neighbours Ethernet addresses on the data network
   * @param nextHops Ethernet addresses that lead to where tunnels end
   * @param labels of sessions; empty where no service wants any
   * @param cookies keys of SYN cookies; empty where no service uses them
   * @param silence after how long members suspect one that they do not hear
   */
  LayerFour(
      Scheduler scheduler,
      LoadShedder shedder,
      SessionKeeper sessions,
      DataPlane dataPlane,
      KernelAction prepareHost,
      Supplier<Map<InetAddress, MacAddress>> neighbours,
      Supplier<Map<InetAddress, MacAddress>> nextHops,
      SessionTable table,
      Optional<LabelSupply> labels,
      Optional<CookieSupply> cookies,
      Duration silence,
      Ticker ticker) {
    this.scheduler = scheduler;
    this.shedder = shedder;
    this.vips = new VipKeeper(dataPlane);
    this.shares = new ShareKeeper(dataPlane, silence);
    this.sessions = sessions;
    this.dataPlane = dataPlane;
    this.prepareHost = prepareHost;
    this.neighbours = neighbours;
    this.nextHops = nextHops;
    this.table = table;
    this.labels = labels;
    this.cookies = cookies;
    this.ticker = ticker;
  }

  /** Prepares the host, loads or adopts the kernel program, and begins to hear sessions. */
  public void start() throws DataPlaneException {
    prepareHost.run();
    dataPlane.open(sessions::onEvents);
    if (dataPlane.adopted()) {
      settling.begin();
    }
    if (labels.isPresent()) {
      labels.get().start();
    }
    log.info("data plane {} on {}", dataPlane.adopted() ? "adopted" : "loaded", dataPlane.mac());
    table.listen(this);
  }

  public DataPlane dataPlane() {
    return dataPlane;
  }

  /** Whether this machine's stack makes connections out of SYN cookies, and may have to. */
  public boolean takesCookies() {
    return cookies.isPresent() && dataPlane.cookieObstacle().isEmpty();
  }

  /** What the kernel forwards by. */
  public DispatchTable table() {
    return applied;
  }

  /** How often the kernel refused something since the start. */
  public long failures() {
    return failures.sum();
  }

  public void onLease(Lease lease) {
    vips.onLease(lease);
  }

  public void onTerm(Term term) {
    sessions.onTerm(term);
  }

  @Override
  public void onRemotePut(List<Session> batch) {
    enter("writing sessions", () -> sessions.onRemotePut(batch));
  }

  @Override
  public void onRemoteRemove(List<Flow> batch) {
    enter("removing sessions", () -> sessions.onRemoteRemove(batch));
  }

  /**
   * Computes the table and makes the kernel follow it.
   *
   * <p>Without a majority in view the kernel keeps the table it has: this member cannot know who is
   * gone and who is only out of its sight, and its lease has ended anyway. It keeps it, too, until
   * those in view have said where they are.
   */
  public void step(MemberView view, Set<MemberId> drainedMembers, Set<String> drainedServers) {
    labels.ifPresent(supply -> enter("supplying labels", () -> supply.step(isScheduler())));
    cookies.ifPresent(supply -> enter("renewing the keys of SYN cookies", supply::step));
    long now = ticker.nanos();
    Facts facts = new Facts(view, drainedMembers, drainedServers, neighbours.get(), nextHops.get());
    DispatchTable next = scheduler.step(facts, now);
    Map<Service, Integer> refused = shedder.step(scheduler.responseTimes(), now);
    if (!view.hasMajority()) {
      if (!applied.equals(DispatchTable.EMPTY)) {
        settling.begin();
      }
      return;
    }
    if (!settling.isOver(view, now)) {
      return;
    }
    if (!next.equals(applied)) {
      enter(
          "applying the dispatch table",
          () -> {
            dataPlane.apply(next);
            applied = next;
          });
    }
    if (!refused.isEmpty()) {
      enter("refusing sessions by load", () -> dataPlane.shed(refused));
    }
    enter("keeping the share of everyone's VIPs", () -> shares.renew(view, applied, now));
  }

  /** The scheduler was lost from view: no answer shall go through it any more. */
  public void onSchedulerLost() {
    enter("answering directly", dataPlane::answerDirectly);
  }

  /**
   * Announces the VIPs when due.
   *
   * @return nanoseconds until it is due again
   */
  public long announce() {
    return vips.step(ticker.nanos());
  }

  /** Forgets silent sessions, if this member is scheduler, and counts those that are left. */
  public void expire() {
    long heldSince = vips.heldSinceNanos(ticker.nanos());
    if (heldSince != 0) {
      enter("expiring sessions", () -> sessions.expire(heldSince));
    }
    enter("counting sessions", dataPlane::recount);
  }

  /** Mends differences between the kernel's sessions and the array's. */
  public void reconcile() {
    reconcile(isScheduler(), LEFTOVER);
    labels.ifPresent(supply -> enter("looking for label pairs", supply::audit));
  }

  /**
   * Gives up what the kernel remembers of a former process's sessions where the array has forgotten
   * or changed them since: labels that were given out again would lead packets of other sessions
   * astray. To be called while others hold the tables and before this member takes sessions.
   */
  public void catchUp() {
    if (dataPlane.adopted()) {
      reconcile(false, Duration.ZERO);
    }
  }

  private void reconcile(boolean scheduler, Duration leftover) {
    enter(
        "comparing sessions",
        () -> {
          int mended = sessions.reconcile(scheduler, leftover.toNanos());
          if (mended > 0) {
            log.info("mended {} session entries that differed between kernel and array", mended);
          }
        });
  }

  private boolean isScheduler() {
    return vips.heldSinceNanos(ticker.nanos()) != 0;
  }

  /** Where this member's label pairs are; empty where no service wants any. */
  public Optional<LabelSupply.Stats> labelPairs() {
    return labels.map(LabelSupply::stats);
  }

  /** Rows of the kernel's label switching table, in order. */
  public List<LabelEntry> labelTable() {
    entry.lock();
    try {
      return dataPlane.labels(0, SessionLabel.LABELS);
    } finally {
      entry.unlock();
    }
  }

  /** How the services with limits stand; empty if the kernel does not say. */
  public Map<Service, AdmissionState> admissions() {
    entry.lock();
    try {
      return dataPlane.admissions();
    } catch (DataPlaneException e) {
      failures.increment();
      return Map.of();
    } finally {
      entry.unlock();
    }
  }

  /** Asks the data plane while nobody else changes it. */
  public <T> T ask(Question<T> question) throws DataPlaneException {
    entry.lock();
    try {
      return question.ask(dataPlane);
    } finally {
      entry.unlock();
    }
  }

  /** Packets by outcome; empty if the kernel does not say. */
  public Map<String, Long> outcomes() {
    entry.lock();
    try {
      return dataPlane.outcomes();
    } catch (DataPlaneException e) {
      failures.increment();
      return Map.of();
    } finally {
      entry.unlock();
    }
  }

  /** The kernel program stays and goes on forwarding; only this process lets go of it. */
  @Override
  public void close() {
    entry.lock();
    try {
      dataPlane.close();
    } finally {
      entry.unlock();
    }
  }

  /** A refusal is counted and logged; the next step or comparison tries again. */
  private void enter(String what, KernelAction action) {
    entry.lock();
    try {
      action.run();
    } catch (DataPlaneException e) {
      failures.increment();
      log.warn("{}: {}", what, e.getMessage());
    } finally {
      entry.unlock();
    }
  }
}
