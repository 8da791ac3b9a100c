package dev.shunt.scheduler.xdp;

import dev.shunt.cluster.Term;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionLabel;
import dev.shunt.replication.SessionState;
import dev.shunt.scheduler.Admission;
import dev.shunt.scheduler.AdmissionState;
import dev.shunt.scheduler.Algorithm;
import dev.shunt.scheduler.Balance;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.Encap;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.LabelEntry;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.ReturnPath;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.SynCookies;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import dev.shunt.scheduler.Vip;
import dev.shunt.scheduler.xdp.layout.Flow4Layout;
import dev.shunt.scheduler.xdp.layout.SharedLayouts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The program in the kernel, unattached, with a small array around it: this machine's node (label
 * A), two others (B, C), and a service for TCP and one for UDP on one VIP of each IP version.
 */
final class World implements AutoCloseable {

  static final String VIP = "203.0.113.10";
  static final String CLIENT = "198.51.100.7";
  static final String VIP6 = "2001:db8::203:10";
  static final String CLIENT6 = "2001:db8:51::7";
  static final int HTTP_PORT = 80;
  static final int DNS_PORT = 53;

  static final MacAddress MINE = MacAddress.parse("02:00:00:00:00:0a");
  static final MacAddress MAC_B = MacAddress.parse("02:00:00:00:00:0b");
  static final MacAddress MAC_C = MacAddress.parse("02:00:00:00:00:0c");
  static final MacAddress ROUTER = MacAddress.parse("02:00:00:00:00:01");
  static final MacAddress STRANGER = MacAddress.parse("02:00:00:00:00:99");
  static final MacAddress BROADCAST = MacAddress.parse("ff:ff:ff:ff:ff:ff");
  static final MacAddress NOBODY = new MacAddress(0);

  static final int A = Target.labelOf(0);
  static final int B = Target.labelOf(1);
  static final int C = Target.labelOf(2);

  static final int ROW = 7;
  static final int SESSIONS = 4;
  static final int MTU_FRAME = 1518;
  static final int SEED = 7;
  static final int LINE_CARD = 5;

  /** {@code struct flood}: where its last field is, and {@code FLOOD_CALM}. */
  private static final long LOUD = 16;

  private static final int CALM = 8;

  static final Service HTTP = new Service("http", new Vip(ip(VIP)), HTTP_PORT, Protocol.TCP);
  static final Service DNS = new Service("dns", new Vip(ip(VIP)), DNS_PORT, Protocol.UDP);

  static final Service HTTP6 = new Service("http6", new Vip(ip(VIP6)), HTTP_PORT, Protocol.TCP);
  static final Service DNS6 = new Service("dns6", new Vip(ip(VIP6)), DNS_PORT, Protocol.UDP);

  private final LoadedProgram program;
  final KernelProgram kernel;
  final DispatchWriter writer;
  final SessionMap sessions;
  final Counters counters;
  final PairPool pool;
  final PacketRun packets;
  final List<SessionEvent> events = new ArrayList<>();

  private final Map<Integer, TargetState> states = new HashMap<>();
  private final Map<Integer, Integer> weights = new HashMap<>();
  private final Set<Integer> plain = new HashSet<>();
  private final Set<Integer> cookieless = new HashSet<>();
  private final Map<Integer, Integer> servers = new HashMap<>();
  private Map<Service, DispatchRow> rows = new HashMap<>();
  private final Map<Service, Admission> limits = new HashMap<>();
  private boolean labels;
  private boolean tunnels;
  private boolean tunnels6;
  private SynCookies cookies = SynCookies.OFF;

  World() throws DataPlaneException {
    this(sizes(SESSIONS, ROW, 4096));
  }

  World(XdpConfig sizes) throws DataPlaneException {
    this(LoadedProgram.take(sizes), sizes);
  }

  /** In a program that holds nothing yet. */
  World(LoadedProgram program, XdpConfig sizes) throws DataPlaneException {
    this.program = program;
    kernel = program.kernel;
    kernel.configure(SEED, MTU_FRAME, MINE, LINE_CARD);
    writer = new DispatchWriter(kernel, sizes.rowSize());
    sessions = new SessionMap(kernel, writer::target, Ticker.system());
    counters = new Counters(kernel);
    pool = new PairPool(kernel, counters);
    packets = new PacketRun(kernel.fd());
    rows.put(HTTP, rowOf(B));
    rows.put(DNS, rowOf(B));
    rows.put(HTTP6, rowOf(B));
    rows.put(DNS6, rowOf(B));
    apply();
  }

  static XdpConfig sizes(int sessions, int rowSize, int eventBytes) {
    return new XdpConfig(
        "none", Path.of("/sys/fs/bpf/none"), sessions, rowSize, 4, eventBytes, SEED);
  }

  /** A row that leads to one target only. */
  static DispatchRow rowOf(int label) {
    int[] labels = new int[ROW];
    java.util.Arrays.fill(labels, label);
    return new DispatchRow(labels);
  }

  void row(Service service, DispatchRow row) throws DataPlaneException {
    rows.put(as(service), row);
    apply();
  }

  /** This service admits no more than that from now on. */
  void limit(Service service, Admission admission) throws DataPlaneException {
    DispatchRow row = rows.remove(as(service));
    limits.put(service, admission);
    row(service, row == null ? DispatchRow.EMPTY : row);
  }

  private Service as(Service service) {
    Service bare = service.with(Admission.NONE).with(SynCookies.OFF).withLabels(false);
    return bare.with(limits.getOrDefault(bare, Admission.NONE)).with(cookies).withLabels(labels);
  }

  AdmissionState admission(Service service) throws DataPlaneException {
    return kernel.admissions.state(writer.indexOf(service));
  }

  /** Of 65536 new sessions of the service so many are refused. */
  void shed(Service service, int share) {
    kernel.admissions.shed(writer.indexOf(service), share);
  }

  void state(int label, TargetState state) throws DataPlaneException {
    states.put(label, state);
    apply();
  }

  void weight(int label, int weight) throws DataPlaneException {
    weights.put(label, weight);
    apply();
  }

  /** This target gets frames without a label. */
  void plain(int label) throws DataPlaneException {
    plain.add(label);
    apply();
  }

  /** The other targets are behind routers, and reached over this version of IP. */
  void tunnels(boolean ipv6) throws DataPlaneException {
    tunnels = true;
    tunnels6 = ipv6;
    configureTunnels(MTU_FRAME);
    apply();
  }

  /** The target is a direct server at that target's address. */
  void server(int label, int at) throws DataPlaneException {
    servers.put(label, at);
    apply();
  }

  void configureTunnels(int maxFrame) throws DataPlaneException {
    kernel.configure(SEED, maxFrame, MINE, LINE_CARD, List.of(ip(dataAddress(A, tunnels6))));
  }

  /** Where a target's tunnel ends. */
  static String dataAddress(int label, boolean ipv6) {
    return (ipv6 ? "2001:db8:2::" : "192.0.2.") + label % 100;
  }

  /** From now on there are these services only, and every member takes its share of them. */
  void everyone(Map<Service, DispatchRow> shared) throws DataPlaneException {
    Map<Service, DispatchRow> all = new HashMap<>();
    shared.forEach((service, row) -> all.put(shared(service), row));
    rows = all;
    apply();
  }

  /** No other service is there any more. */
  void onlyService(Service service, DispatchRow row) throws DataPlaneException {
    rows = new HashMap<>(Map.of(service, row));
    apply();
  }

  private static Service shared(Service service) {
    Balance balance = new Balance(Algorithm.SUM3, List.of(), true, true);
    return new Service(service.name(), service.vip(), service.port(), service.protocol(), balance);
  }

  /** This machine's share is its own for this long from now on. */
  void shareFor(long nanos) throws DataPlaneException {
    kernel.share(System.nanoTime() + nanos);
  }

  private void apply() throws DataPlaneException {
    apply(table());
  }

  /** What was applied last. */
  DispatchTable table() {
    return new DispatchTable(
        List.of(target(A, MINE, true), target(B, MAC_B, false), target(C, MAC_C, false)), rows);
  }

  /** This machine and one other are all targets that there are. */
  void only(int label) throws DataPlaneException {
    apply(
        new DispatchTable(
            List.of(target(A, MINE, true), target(label, label == B ? MAC_B : MAC_C, false)),
            rows));
  }

  void apply(DispatchTable table) throws DataPlaneException {
    rows = new HashMap<>(table.rows());
    sessions.relabel(writer.apply(table));
  }

  private Target target(int label, MacAddress mac, boolean local) {
    TargetState state = states.getOrDefault(label, TargetState.UP);
    return new Target(
        label,
        "t" + label,
        ip(dataAddress(servers.getOrDefault(label, label), tunnels6)),
        mac,
        state,
        weights.getOrDefault(label, 1),
        local,
        plain.contains(label)
            ? Optional.empty()
            : Optional.of(tunnels ? Encap.UDP : Encap.ETHERNET),
        !cookieless.contains(label),
        servers.containsKey(label));
  }

  /** A session of the frames' usual flow. */
  void session(int label, SessionState state) throws DataPlaneException {
    sessions.put(List.of(new Session(flow(), label, state, Term.NONE, 0)));
  }

  /** The same with labels of its own. */
  void session(int target, SessionState state, SessionLabel label) throws DataPlaneException {
    session(flow(), target, state, label);
  }

  void session(Flow flow, int target, SessionState state, SessionLabel label)
      throws DataPlaneException {
    sessions.put(List.of(new Session(flow, target, state, Term.NONE, 0, label)));
  }

  /** Sessions of all services get labels of their own from now on, from these pairs. */
  void labels(int... pairs) throws DataPlaneException {
    labels = true;
    applyAnew();
    pool.offer(pairs);
  }

  /** All services use SYN cookies so from now on. */
  void cookies(SynCookies use) throws DataPlaneException {
    cookies = use;
    applyAnew();
  }

  void takesNoCookies(int label) throws DataPlaneException {
    cookieless.add(label);
    apply();
  }

  /** As if the last window of a flood of the first service had been two seconds ago. */
  void calm() throws DataPlaneException {
    BpfMap floods = kernel.map("floods");
    try (Arena arena = Arena.ofConfined()) {
      for (int service = 0; service < rows.size(); service++) {
        MemorySegment flood = floods.get(arena, service);
        long loud = flood.get(ValueLayout.JAVA_LONG, LOUD);
        flood.set(ValueLayout.JAVA_LONG, LOUD, Math.max(0, loud - CALM));
        floods.put(service, flood);
      }
    }
  }

  private void applyAnew() throws DataPlaneException {
    Map<Service, DispatchRow> changed = new HashMap<>();
    rows.forEach((service, row) -> changed.put(as(service), row));
    rows = changed;
    apply();
  }

  /** Sessions of all services get labels of their own, and what they answer goes back by them. */
  void switched(int... pairs) throws DataPlaneException {
    labels(pairs);
    Map<Service, DispatchRow> changed = new HashMap<>();
    rows.forEach((service, row) -> changed.put(service.with(ReturnPath.SWITCHED), row));
    rows = changed;
    kernel.returns(true);
    apply();
  }

  static Service labelled(Service service) {
    return service.withLabels(true);
  }

  /** The label switching table from the first session label on. */
  List<LabelEntry> sessionLabels() {
    return kernel.labels.list(SessionLabel.FIRST, 100);
  }

  /**
   * Which bucket has the embryo of a flow.
   *
   * @param key room for the flow as a key, which becomes it
   */
  static int embryoBucket(MemorySegment key, Flow flow) {
    Flow4Layout.set(key, 0, flow);
    return (int) FlowMark.of(key) & (SharedLayouts.EMBRYO_BUCKETS - 1);
  }

  static Flow flow() {
    return flow(40_000, Protocol.TCP, HTTP_PORT);
  }

  static Flow flow(int sourcePort, Protocol protocol, int port) {
    return Flow.of(
        protocol,
        new InetSocketAddress(ip(CLIENT), sourcePort),
        new InetSocketAddress(ip(VIP), port));
  }

  static Flow flow6() {
    return flow6(40_000, Protocol.TCP, HTTP_PORT);
  }

  static Flow flow6(int sourcePort, Protocol protocol, int port) {
    return Flow.of(
        protocol,
        new InetSocketAddress(ip(CLIENT6), sourcePort),
        new InetSocketAddress(ip(VIP6), port));
  }

  /** The only session there is. */
  KernelSession onlySession() throws DataPlaneException {
    List<KernelSession> all = sessions.list();
    if (all.size() != 1) {
      throw new AssertionError("one session expected, found " + all);
    }
    return all.getFirst();
  }

  /** The lease runs for this long from now on. */
  void leaseFor(long nanos) throws DataPlaneException {
    kernel.lease(System.nanoTime() + nanos, 1);
  }

  PacketRun.Result run(byte[] frame) throws DataPlaneException {
    return packets.run(frame);
  }

  long count(String outcome) throws DataPlaneException {
    Long count = counters.outcomes().get(outcome);
    return count == null ? -1 : count;
  }

  static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  @Override
  public void close() {
    program.giveBack();
  }
}
