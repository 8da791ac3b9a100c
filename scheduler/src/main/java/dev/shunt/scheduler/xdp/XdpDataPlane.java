package dev.shunt.scheduler.xdp;

import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.CookieKey;
import dev.shunt.scheduler.DataPlane;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.EndedSession;
import dev.shunt.scheduler.Inspector;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.LabelEntry;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Pick;
import dev.shunt.scheduler.ReturnPath;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.SessionTimeouts;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.Vip;
import dev.shunt.scheduler.xdp.layout.Aside;
import dev.shunt.scheduler.xdp.layout.SharedLayouts;
import java.net.InetAddress;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data plane of a Linux kernel: an XDP program on the data interface, its tables pinned in the
 * BPF file system so that both outlive this process.
 *
 * <p>Needs root, or {@code CAP_BPF}, {@code CAP_NET_ADMIN} and {@code CAP_NET_RAW}.
 */
public final class XdpDataPlane implements DataPlane {

  private static final Logger LOG = LoggerFactory.getLogger(XdpDataPlane.class);

  private static final String LINK = "link";
  private final XdpConfig config;
  private final Ticker ticker;
  private @Nullable Opened opened;
  private volatile @Nullable KernelProgram leaseHolder;

  /** All that exists between {@link #open} and {@link #close}. */
  private static final class Opened {
    final boolean adopted;
    final String mode;
    final DataInterface nic;
    final PinDirectory pins;
    final KernelProgram kernel;
    final XdpLink link;
    final Optional<String> cookieObstacle;
    final OptionalHook answers;
    final OptionalHook everyones;
    final DispatchWriter writer;
    final SessionMap sessions;
    final TargetLoads loads;
    final PairPool pool;
    final Counters counters;
    final EventRing<SessionEvent> events;
    final XdpInspector inspector;
    DispatchTable table = DispatchTable.EMPTY;

    /** By where their counters are; read by who explains packets, on any thread. */
    volatile Map<Integer, Service> services = Map.of();

    Opened(
        boolean adopted,
        DataInterface nic,
        PinDirectory pins,
        KernelProgram kernel,
        XdpLink link,
        Optional<String> cookieObstacle,
        XdpConfig config,
        Ticker ticker,
        Consumer<List<SessionEvent>> events)
        throws DataPlaneException {
      this.adopted = adopted;
      this.mode = XdpLink.mode(nic.name(), nic.index());
      this.nic = nic;
      this.pins = pins;
      this.kernel = kernel;
      this.link = link;
      this.cookieObstacle = cookieObstacle;
      this.answers =
          new OptionalHook(
              kernel, KernelProgram.OUT, new TcHook(nic.name(), nic.index(), TcHook.Point.EGRESS));
      this.everyones =
          new OptionalHook(
              kernel,
              KernelProgram.UP,
              new TcHook(nic.name(), nic.index(), TcHook.Point.INGRESS).earlier());
      this.writer = new DispatchWriter(kernel, config.rowSize());
      this.sessions = new SessionMap(kernel, writer::target, ticker);
      this.loads = new TargetLoads(kernel, writer::indexOf);
      this.counters = new Counters(kernel);
      this.pool = new PairPool(kernel, counters);
      this.events = EventRing.sessions(kernel.events, events);
      this.inspector = new XdpInspector(kernel, () -> services, ticker);
    }
  }

  public XdpDataPlane(XdpConfig config, Ticker ticker) {
    this.config = config;
    this.ticker = ticker;
  }

  @Override
  public void open(Consumer<List<SessionEvent>> events) throws DataPlaneException {
    if (opened != null) {
      throw new IllegalStateException("the data plane is open");
    }
    LibBpf.require();
    DataInterface nic = DataInterface.of(config.networkInterface());
    PinDirectory pins = PinDirectory.open(config.pinDirectory());
    try (Undo undo = new Undo()) {
      undo.add(pins);
      boolean fits =
          PinnedTables.keepIfFit(
              pins, KernelProgram.MAPS, SharedLayouts.VERSION, KernelProgram.sizes(config));
      KernelProgram kernel = undo.add(KernelProgram.load(config, pins));
      kernel.configure(
          config.seed(),
          nic.maxFrame(),
          nic.mac(),
          nic.index(),
          config.tunnelEnd().stream().toList());
      XdpLink link = XdpLink.pinned(pins.pin(LINK), nic.index());
      boolean adopted = fits && link != null;
      if (link == null) {
        link = XdpLink.attach(kernel.fd(), nic.name(), nic.index(), pins.pin(LINK));
      } else {
        link.update(kernel.fd());
      }
      undo.add(link);
      Optional<String> obstacle = attachCookies(nic, pins);
      opened = new Opened(adopted, nic, pins, kernel, link, obstacle, config, ticker, events);
      leaseHolder = kernel;
      undo.keep();
      LOG.info("{} the XDP program on {}", adopted ? "adopted" : "loaded", nic.name());
    }
  }

  /** What an older kernel does not have, the array goes without. */
  private Optional<String> attachCookies(DataInterface nic, PinDirectory pins)
      throws DataPlaneException {
    TcHook hook = new TcHook(nic.name(), nic.index(), TcHook.Point.INGRESS);
    try {
      CookieProgram.attach(config, pins, hook);
      return Optional.empty();
    } catch (DataPlaneException e) {
      LOG.warn("no SYN cookies for sessions of this member: {}", e.getMessage());
      // One of an earlier process would go on, on tables that may be no longer ours.
      hook.detach();
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean adopted() {
    return opened().adopted;
  }

  @Override
  public String mode() {
    return opened().mode;
  }

  @Override
  public MacAddress mac() {
    return opened().nic.mac();
  }

  @Override
  public void apply(DispatchTable table) throws DataPlaneException {
    Opened now = opened();
    DispatchWriter.Changes changes = now.writer.apply(table);
    now.table = table;
    Set<Service> services = table.rows().keySet();
    now.services =
        services.stream().collect(Collectors.toUnmodifiableMap(now.writer::indexOf, s -> s));
    now.everyones.apply(services.stream().anyMatch(s -> s.balance().everyone()));
    boolean returns = services.stream().anyMatch(s -> s.answers() == ReturnPath.SWITCHED);
    if (now.answers.apply(returns)) {
      now.kernel.returns(returns);
    }
    now.sessions.relabel(changes);
    if (changes.ended()) {
      // A session is found before its service and would go on without it.
      now.sessions.removeUnless(now.writer::serves);
    }
    if (changes.limits()) {
      recount();
    }
  }

  @Override
  public void lease(Lease lease) {
    KernelProgram kernel = leaseHolder;
    if (kernel == null) {
      return;
    }
    try {
      kernel.lease(lease.deadlineNanos(), lease.term().number());
    } catch (DataPlaneException e) {
      // The kernel falls silent by itself at the old deadline.
      LOG.error("the lease of term {} did not reach the kernel", lease.term(), e);
    }
  }

  @Override
  public void share(long deadlineNanos) throws DataPlaneException {
    opened().kernel.share(deadlineNanos);
  }

  @Override
  public void answerDirectly() throws DataPlaneException {
    opened().kernel.forgetHolder(ticker.nanos());
  }

  @Override
  public void announce() throws DataPlaneException {
    Opened now = opened();
    MacAddress own = now.nic.mac();
    Map<InetAddress, MacAddress> vips = new HashMap<>();
    for (Service service : now.table.rows().keySet()) {
      Vip vip = service.vip();
      vips.put(vip.address(), service.balance().everyone() ? vip.groupMac() : own);
    }
    Announcements.send(now.nic.index(), own, vips);
  }

  @Override
  public void putSessions(List<Session> sessions) throws DataPlaneException {
    opened().sessions.put(sessions);
  }

  @Override
  public List<EndedSession> removeSessions(List<Flow> flows) throws DataPlaneException {
    return opened().sessions.remove(flows);
  }

  @Override
  public int offerPairs(int[] pairs) throws DataPlaneException {
    return opened().pool.offer(pairs);
  }

  @Override
  public int[] drainPairs() throws DataPlaneException {
    return opened().pool.drain();
  }

  @Override
  public int freePairs() throws DataPlaneException {
    return opened().pool.free();
  }

  @Override
  public List<LabelEntry> labels(int from, int limit) {
    return opened().kernel.labels.list(from, limit);
  }

  @Override
  public List<KernelSession> sessions() throws DataPlaneException {
    return opened().sessions.list();
  }

  @Override
  public List<EndedSession> expire(SessionTimeouts timeouts, long notBeforeNanos)
      throws DataPlaneException {
    return opened().sessions.expire(timeouts, notBeforeNanos);
  }

  @Override
  public void recount() throws DataPlaneException {
    Opened now = opened();
    BitSet limited = new BitSet();
    boolean counts = false;
    for (Map.Entry<Service, DispatchRow> entry : now.table.rows().entrySet()) {
      counts |= entry.getValue().pick() == Pick.LEAST_CONNECTIONS;
      if (entry.getKey().admission().isLimited()) {
        limited.set(now.writer.indexOf(entry.getKey()));
      }
    }
    if (counts || !limited.isEmpty()) {
      now.loads.recount(limited);
    }
  }

  @Override
  public void shed(Map<Service, Integer> shares) {
    Opened now = opened();
    shares.forEach((service, share) -> {
      int index = now.writer.indexOf(service);
      if (index >= 0) {
        now.kernel.admissions.shed(index, share);
      }
    });
  }

  @Override
  public Map<Service, AdmissionState> admissions() throws DataPlaneException {
    Opened now = opened();
    Map<Service, AdmissionState> states = new LinkedHashMap<>();
    for (Service service : now.table.rows().keySet()) {
      if (service.admission().isLimited()) {
        states.put(service, now.kernel.admissions.state(now.writer.indexOf(service)));
      }
    }
    return states;
  }

  @Override
  public Optional<String> cookieObstacle() {
    return opened().cookieObstacle;
  }

  @Override
  public void cookieKeys(long wallAheadNanos, List<CookieKey> keys) throws DataPlaneException {
    opened().kernel.cookies(wallAheadNanos, keys);
  }

  @Override
  public Set<String> asides() {
    return Aside.counters();
  }

  @Override
  public Map<String, Long> outcomes() throws DataPlaneException {
    return opened().counters.outcomes();
  }

  /** What clients sent to each service through this machine. */
  public Map<Service, Traffic> serviceTraffic() throws DataPlaneException {
    Opened now = opened();
    Map<Service, Traffic> traffic = new LinkedHashMap<>();
    for (Service service : now.table.rows().keySet()) {
      traffic.put(service, now.counters.service(now.writer.indexOf(service)));
    }
    return traffic;
  }

  /** What this machine sent to each target, by its label, labelled packets passed on included. */
  public Map<Integer, Traffic> targetTraffic() throws DataPlaneException {
    Opened now = opened();
    Map<Integer, Traffic> traffic = new LinkedHashMap<>();
    for (Target target : now.table.targets()) {
      traffic.put(target.label(), now.counters.target(target.label()));
    }
    return traffic;
  }

  /** Runs the live program on packets that come from no wire. */
  public PacketRun packetRun() {
    return new PacketRun(opened().kernel.fd());
  }

  @Override
  public Inspector inspector() {
    return opened().inspector;
  }

  @Override
  public void uninstall() throws DataPlaneException {
    Opened now = opened();
    try {
      now.answers.remove();
      now.everyones.remove();
      now.link.detach();
      new TcHook(now.nic.name(), now.nic.index(), TcHook.Point.INGRESS).detach();
      now.pins.clear();
      now.pins.delete();
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    Opened now = opened;
    if (now != null) {
      opened = null;
      leaseHolder = null;
      now.events.close();
      now.inspector.close();
      now.link.close();
      now.kernel.close();
      now.pins.close();
    }
  }

  private Opened opened() {
    Opened now = opened;
    if (now == null) {
      throw new IllegalStateException("the data plane is not open");
    }
    return now;
  }
}
