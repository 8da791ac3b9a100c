package dev.shunt.scheduler.xdp;

import dev.shunt.cluster.Lease;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.CookieKey;
import dev.shunt.scheduler.DataPlane;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.EndedSession;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.LabelEntry;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Refusal;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.SessionTimeouts;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import dev.shunt.scheduler.xdp.layout.Aside;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A data plane without a kernel: remembers what it is told, forwards nothing, and does with
 * sessions and time-outs what the kernel's does.
 *
 * <p>For tests, and for members that hold no VIP. Thread-safe.
 */
public final class FakeDataPlane implements DataPlane {

  private final MacAddress mac;
  private final Ticker ticker;
  private final int maxSessions;
  private final Map<Flow, Entry> sessions = new LinkedHashMap<>();
  private final Map<String, Long> outcomes = new LinkedHashMap<>();
  private final List<DispatchTable> applied = new ArrayList<>();
  private @Nullable Consumer<List<SessionEvent>> listener;
  private @Nullable DataPlaneException failure;
  private Lease lease = Lease.NONE;
  private long shareDeadline;
  private int directAnswers;
  private int announcements;
  private List<CookieKey> cookieKeys = List.of();
  private boolean installed;
  private boolean adopted;

  private final Deque<Integer> pool = new ArrayDeque<>();
  private final FakeAdmissions admissions = new FakeAdmissions();
  private final FakeInspector inspector = new FakeInspector();

  private record Entry(
      int target, SessionState state, long packets, long lastSeen, SessionLabel label) {}

  public FakeDataPlane(MacAddress mac, Ticker ticker, int maxSessions) {
    this.mac = mac;
    this.ticker = ticker;
    this.maxSessions = maxSessions;
  }

  @Override
  public synchronized void open(Consumer<List<SessionEvent>> events) throws DataPlaneException {
    work();
    if (listener != null) {
      throw new IllegalStateException("the data plane is open");
    }
    adopted = installed;
    installed = true;
    listener = events;
  }

  @Override
  public synchronized boolean adopted() {
    return adopted;
  }

  @Override
  public String mode() {
    return "fake";
  }

  @Override
  public MacAddress mac() {
    return mac;
  }

  @Override
  public synchronized void apply(DispatchTable table) throws DataPlaneException {
    work();
    applied.add(table);
  }

  @Override
  public synchronized void lease(Lease lease) {
    this.lease = lease;
  }

  @Override
  public synchronized void share(long deadlineNanos) throws DataPlaneException {
    work();
    shareDeadline = deadlineNanos;
  }

  @Override
  public synchronized void answerDirectly() throws DataPlaneException {
    work();
    directAnswers++;
  }

  /** How often answers were told to go directly. */
  public synchronized int directAnswers() {
    return directAnswers;
  }

  /** Until when this member takes its share of everyone's VIPs. */
  public synchronized long shareDeadline() {
    return shareDeadline;
  }

  @Override
  public synchronized void announce() throws DataPlaneException {
    work();
    announcements++;
  }

  @Override
  public synchronized void putSessions(List<Session> sessions) throws DataPlaneException {
    work();
    int refused = 0;
    for (Session session : sessions) {
      if (this.sessions.size() >= maxSessions && !this.sessions.containsKey(session.flow())) {
        refused++;
        continue;
      }
      this.sessions.put(
          session.flow(),
          new Entry(session.target(), session.state(), 0, ticker.nanos(), session.label()));
    }
    if (refused > 0) {
      throw new DataPlaneException(
          "%d of %d sessions found no room: the session table is full at %d"
              .formatted(refused, sessions.size(), maxSessions));
    }
  }

  @Override
  public synchronized List<EndedSession> removeSessions(List<Flow> flows)
      throws DataPlaneException {
    work();
    return ended(flows);
  }

  private List<EndedSession> ended(List<Flow> flows) {
    List<EndedSession> ended = new ArrayList<>();
    for (Flow flow : flows) {
      Entry entry = sessions.remove(flow);
      if (entry != null) {
        ended.add(new EndedSession(flow, entry.label.forth()));
      }
    }
    return ended;
  }

  @Override
  public synchronized int offerPairs(int[] pairs) throws DataPlaneException {
    work();
    int accepted = Math.min(pairs.length, XdpConfig.POOL_PAIRS - pool.size());
    for (int i = 0; i < accepted; i++) {
      pool.add(pairs[i]);
    }
    return accepted;
  }

  @Override
  public synchronized int[] drainPairs() throws DataPlaneException {
    work();
    int[] pairs = pool.stream().mapToInt(Integer::intValue).toArray();
    pool.clear();
    return pairs;
  }

  @Override
  public synchronized int freePairs() throws DataPlaneException {
    work();
    return pool.size();
  }

  /** Of the sessions' labels only. */
  @Override
  public synchronized List<LabelEntry> labels(int from, int limit) {
    return sessions.values().stream()
        .filter(entry -> entry.label.isPresent())
        .flatMap(this::labels)
        .filter(entry -> entry.label() >= from)
        .sorted(Comparator.comparingInt(LabelEntry::label))
        .limit(limit)
        .toList();
  }

  private Stream<LabelEntry> labels(Entry session) {
    SessionLabel label = session.label;
    Target target = table().target(session.target).orElse(null);
    LabelEntry back =
        new LabelEntry(
            label.back(),
            label.clientLabels() ? LabelAction.TO_PORT : LabelAction.POP_TO_PORT,
            session.target,
            new MacAddress(label.clientMac()),
            0,
            0);
    if (target == null || target.state() == TargetState.GONE) {
      return Stream.of(back);
    }
    LabelAction action = DispatchWriter.action(target);
    return Stream.of(
        new LabelEntry(label.forth(), action, session.target, target.mac(), 0, 0), back);
  }

  /** A pair out of the pool, as for a session that begins; empty if there is none. */
  public synchronized OptionalInt takePair() {
    Integer pair = pool.poll();
    return pair == null ? OptionalInt.empty() : OptionalInt.of(pair);
  }

  @Override
  public synchronized List<KernelSession> sessions() throws DataPlaneException {
    work();
    long now = ticker.nanos();
    List<KernelSession> list = new ArrayList<>();
    sessions.forEach((flow, entry) ->
        list.add(
            new KernelSession(
                flow,
                entry.target,
                entry.state,
                entry.packets,
                now - entry.lastSeen,
                entry.label)));
    return list;
  }

  @Override
  public Optional<String> cookieObstacle() {
    return Optional.empty();
  }

  @Override
  public synchronized void cookieKeys(long wallAheadNanos, List<CookieKey> keys)
      throws DataPlaneException {
    work();
    cookieKeys = List.copyOf(keys);
  }

  /** The keys of SYN cookies that were given last. */
  public synchronized List<CookieKey> cookieKeys() {
    return cookieKeys;
  }

  @Override
  public synchronized List<EndedSession> expire(SessionTimeouts timeouts, long notBeforeNanos)
      throws DataPlaneException {
    work();
    long now = ticker.nanos();
    List<Flow> silent = new ArrayList<>();
    sessions.forEach((flow, entry) -> {
      long allowed = SessionMap.timeout(timeouts, flow.protocol(), entry.state).toNanos();
      if (now - Math.max(entry.lastSeen, notBeforeNanos) > allowed) {
        silent.add(flow);
      }
    });
    return ended(silent);
  }

  @Override
  public synchronized void shed(Map<Service, Integer> shares) throws DataPlaneException {
    work();
    admissions.shed(shares);
  }

  @Override
  public synchronized Map<Service, AdmissionState> admissions() throws DataPlaneException {
    work();
    Map<Service, AdmissionState> states = new LinkedHashMap<>();
    for (Service service : table().rows().keySet()) {
      if (service.admission().isLimited()) {
        states.put(service, admissions.state(service, live(service)));
      }
    }
    return states;
  }

  /**
   * Whether a packet that opens a session of a service would be admitted at this target, as a
   * kernel decides it; a refusal is counted.
   */
  public synchronized Optional<Refusal> ask(Service service, int target) {
    long atTarget =
        sessions.values().stream()
            .filter(entry -> entry.target == target && entry.state != SessionState.CLOSING)
            .count();
    return admissions.ask(service, live(service), atTarget, ticker.nanos());
  }

  private long live(Service service) {
    return sessions.entrySet().stream()
        .filter(session -> session.getValue().state != SessionState.CLOSING)
        .map(Map.Entry::getKey)
        .filter(flow ->
            flow.destination().getAddress().equals(service.vip().address())
                && flow.destinationPort() == service.port()
                && flow.protocol() == service.protocol())
        .count();
  }

  /** Nothing to do: it counts them when it is asked. */
  @Override
  public synchronized void recount() throws DataPlaneException {
    work();
  }

  @Override
  public Set<String> asides() {
    return Aside.counters();
  }

  @Override
  public synchronized Map<String, Long> outcomes() throws DataPlaneException {
    work();
    return Map.copyOf(outcomes);
  }

  @Override
  public FakeInspector inspector() {
    return inspector;
  }

  @Override
  public synchronized void uninstall() throws DataPlaneException {
    work();
    installed = false;
    sessions.clear();
    pool.clear();
    admissions.clear();
    applied.clear();
    lease = Lease.NONE;
    listener = null;
  }

  /** What is applied stays, as in a kernel: {@link #open} adopts it. */
  @Override
  public synchronized void close() {
    listener = null;
  }

  /**
   * A packet from a client made the kernel do this: the table follows and the listener hears it.
   */
  public void happen(SessionEvent event) {
    Consumer<List<SessionEvent>> hears;
    synchronized (this) {
      Entry before = sessions.get(event.flow());
      long packets = before == null ? 1 : before.packets + 1;
      SessionState state =
          switch (event.kind()) {
            case OPENED -> SessionState.OPENING;
            case ESTABLISHED -> SessionState.ESTABLISHED;
            case CLOSING -> SessionState.CLOSING;
          };
      sessions.put(
          event.flow(), new Entry(event.target(), state, packets, ticker.nanos(), event.label()));
      hears = listener;
    }
    if (hears != null) {
      hears.accept(List.of(event));
    }
  }

  /** Counts a packet of this outcome. */
  public synchronized void count(String outcome) {
    outcomes.merge(outcome, 1L, Long::sum);
  }

  /** Every operation that can fails with this from now on; null: none does. */
  public synchronized void failWith(@Nullable DataPlaneException failure) {
    this.failure = failure;
  }

  /** What was applied last; {@link DispatchTable#EMPTY} if nothing. */
  public synchronized DispatchTable table() {
    return applied.isEmpty() ? DispatchTable.EMPTY : applied.getLast();
  }

  /** Everything that was applied, in order. */
  public synchronized List<DispatchTable> tables() {
    return List.copyOf(applied);
  }

  /** The lease as it was last written. */
  public synchronized Lease lease() {
    return lease;
  }

  /** Whether a kernel would answer for the VIPs now. */
  public synchronized boolean answers() {
    return lease.heldAt(ticker.nanos());
  }

  public synchronized int announcements() {
    return announcements;
  }

  private void work() throws DataPlaneException {
    DataPlaneException now = failure;
    if (now != null) {
      throw now;
    }
  }
}
