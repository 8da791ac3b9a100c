package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.shunt.scheduler.CookieKey;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.xdp.layout.Btf;
import dev.shunt.scheduler.xdp.layout.ConfigLayout;
import dev.shunt.scheduler.xdp.layout.CookieKeyLayout;
import dev.shunt.scheduler.xdp.layout.Elf;
import dev.shunt.scheduler.xdp.layout.HolderLayout;
import dev.shunt.scheduler.xdp.layout.LeaseLayout;
import dev.shunt.scheduler.xdp.layout.SharedLayouts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The program in the kernel with its tables open, attached to nothing yet. */
final class KernelProgram implements AutoCloseable {

  static final String RESOURCE = "shunt.bpf.o";
  private static final String NAME = "shunt";

  /** At the ingress of the interface, for everyone's VIPs. */
  static final String UP = "shunt_up";

  /** At the egress of the interface, for answers that go back by label. */
  static final String OUT = "shunt_out";

  /** Every map that outlives a process, which are pinned together or not at all. */
  static final List<String> MAPS =
      List.of(
          "config",
          "lease",
          "vips4",
          "vips6",
          "vip_filter",
          "services4",
          "services6",
          "rows",
          "turns",
          "target_load",
          "admissions",
          "refusals",
          "targets",
          "own_label",
          "tunnels",
          "tunnel_peers",
          "labels",
          "label_pool",
          "sessions4",
          "sessions6",
          "holder",
          "embryos",
          "floods",
          "cookie_keys",
          "cookie_clock",
          "events",
          "outcomes",
          "asides",
          "service_traffic",
          "target_traffic");

  private final BpfObject object;
  private final int fd;
  private final Object leaseLock = new Object();
  private final BpfMap lease;
  private final BpfMap holder;
  private boolean closed;

  final BpfMap config;
  final BpfMap vips4;
  final BpfMap vips6;
  final BpfMap vipFilter;
  final BpfMap services4;
  final BpfMap services6;
  final BpfMap targets;
  final BpfMap ownLabel;
  final BpfMap tunnels;
  final BpfMap tunnelPeers;
  final LabelTable labels;
  final BpfMap labelPool;
  final BpfMap sessions4;
  final BpfMap sessions6;
  final BpfMap events;
  final BpfMap outcomes;
  final BpfMap asides;
  final BpfMap cookieKeys;
  final BpfMap cookieClock;
  final BpfMap serviceTraffic;
  final BpfMap targetTraffic;
  final RowMemory rows;
  final LoadMemory targetLoad;
  final AdmissionTable admissions;

  private KernelProgram(BpfObject object) throws DataPlaneException {
    this.object = object;
    fd = object.program(NAME);
    config = object.map("config");
    lease = object.map("lease");
    holder = object.map("holder");
    vips4 = object.map("vips4");
    vips6 = object.map("vips6");
    vipFilter = object.map("vip_filter");
    services4 = object.map("services4");
    services6 = object.map("services6");
    targets = object.map("targets");
    ownLabel = object.map("own_label");
    tunnels = object.map("tunnels");
    tunnelPeers = object.map("tunnel_peers");
    labels = new LabelTable(object.map("labels"));
    labelPool = object.map("label_pool");
    sessions4 = object.map("sessions4");
    sessions6 = object.map("sessions6");
    events = object.map("events");
    outcomes = object.map("outcomes");
    asides = object.map("asides");
    cookieKeys = object.map("cookie_keys");
    cookieClock = object.map("cookie_clock");
    serviceTraffic = object.map("service_traffic");
    targetTraffic = object.map("target_traffic");
    rows = new RowMemory(object.map("rows"));
    targetLoad = new LoadMemory(object.map("target_load"));
    admissions = new AdmissionTable(object.map("admissions"), object.map("refusals"));
  }

  /**
   * Loads the program, with the maps that are pinned in {@code pins} where there are any.
   *
   * @param pins where the maps are to be pinned; null for a program that ends with this process
   */
  static KernelProgram load(XdpConfig sizes, @Nullable PinDirectory pins)
      throws DataPlaneException {
    return load(sizes, pins, RESOURCE, NAME, UP, OUT);
  }

  /**
   * Loads the program out of an object that has others with it, which use the same maps.
   *
   * @param resource the object
   * @param programs all that it has
   */
  static KernelProgram load(
      XdpConfig sizes, @Nullable PinDirectory pins, String resource, String... programs)
      throws DataPlaneException {
    return load(sizes, pins, resource, BpfObject.resource(resource), programs);
  }

  /** The same of an object that is no resource. */
  static KernelProgram load(
      XdpConfig sizes, @Nullable PinDirectory pins, String name, byte[] file, String... programs)
      throws DataPlaneException {
    checkLayouts(name, file);
    BpfObject object = BpfObject.open(NAME, file);
    try {
      for (Map.Entry<String, Integer> size : sizes(sizes).entrySet()) {
        object.resize(size.getKey(), size.getValue());
      }
      object.resize("flood_counts", sizes.maxServices());
      if (pins != null) {
        for (String map : MAPS) {
          object.pin(map, pins.pin(map));
        }
      }
      object.load(programs);
      return new KernelProgram(object);
    } catch (DataPlaneException | RuntimeException e) {
      object.close();
      throw e;
    }
  }

  /** The maps whose size is configured. */
  static Map<String, Integer> sizes(XdpConfig config) {
    return Map.ofEntries(
        Map.entry("services4", config.maxServices()),
        Map.entry("services6", config.maxServices()),
        Map.entry("service_traffic", config.maxServices()),
        Map.entry("turns", config.maxServices()),
        Map.entry("admissions", config.maxServices()),
        Map.entry("refusals", config.maxServices()),
        Map.entry("floods", config.maxServices()),
        Map.entry("rows", 2 * config.maxServices() * config.rowSize()),
        Map.entry("sessions4", config.maxSessions()),
        Map.entry("sessions6", config.maxSessions()),
        Map.entry("label_pool", XdpConfig.POOL_PAIRS),
        Map.entry("events", config.eventBytes()));
  }

  private static void checkLayouts(String resource, byte[] file) throws DataPlaneException {
    byte[] types =
        new Elf(file)
            .section(".BTF")
            .orElseThrow(() -> new DataPlaneException(resource + " has no type information"));
    List<String> differences = SharedLayouts.differences(Btf.parse(types));
    if (!differences.isEmpty()) {
      throw new DataPlaneException(
          resource + " does not fit this build: " + String.join("; ", differences));
    }
  }

  int fd() {
    return fd;
  }

  /** Another program of the same object. */
  int fd(String program) throws DataPlaneException {
    return object.program(program);
  }

  /** A table by its name. */
  BpfMap map(String map) throws DataPlaneException {
    return object.map(map);
  }

  /** All tables, of whatever program of the object. */
  List<BpfMap> maps() throws DataPlaneException {
    return object.maps();
  }

  /** What holds for every packet; the version goes with it, so that a half-made map has none. */
  void configure(int seed, int maxFrame, MacAddress mac, int ifindex) throws DataPlaneException {
    configure(seed, maxFrame, mac, ifindex, List.of());
  }

  /**
   * The same with tunnels.
   *
   * @param ends addresses where this machine's tunnels end, one of each IP version at most
   */
  void configure(int seed, int maxFrame, MacAddress mac, int ifindex, Collection<InetAddress> ends)
      throws DataPlaneException {
    labels.leadTo(ifindex);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(ConfigLayout.LAYOUT);
      ConfigLayout.set(value, SharedLayouts.VERSION, seed, maxFrame, mac, ifindex);
      ends.forEach(end -> ConfigLayout.setTunnelEnd(value, end));
      config.put(0, value);
    }
  }

  /** What SYN cookies are made and checked with. */
  void cookies(long wallAheadNanos, List<CookieKey> keys) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      for (CookieKey key : keys) {
        MemorySegment value = arena.allocate(CookieKeyLayout.LAYOUT);
        CookieKeyLayout.set(value, key);
        cookieKeys.put((int) (key.number() % SharedLayouts.COOKIE_KEYS), value);
      }
      cookieClock.put(0, arena.allocateFrom(JAVA_LONG, wallAheadNanos));
    }
  }

  /** Whether answers of some service go back by label. */
  void returns(boolean any) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = config.get(arena, 0);
      ConfigLayout.setReturns(value, any);
      config.put(0, value);
    }
  }

  /** From now on no answer goes to whom the last packets of its session came from. */
  void forgetHolder(long nowNanos) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(HolderLayout.LAYOUT);
      HolderLayout.setNobody(value, nowNanos);
      holder.put(0, value);
    }
  }

  /** Callable by any thread at any time; does nothing once closed. */
  void lease(long deadlineNanos, long term) throws DataPlaneException {
    lease(0, deadlineNanos, term);
  }

  /** The lease of the own share of everyone's VIPs. */
  void share(long deadlineNanos) throws DataPlaneException {
    lease(SharedLayouts.SHARE_LEASE, deadlineNanos, 0);
  }

  private void lease(int which, long deadlineNanos, long term) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(LeaseLayout.LAYOUT);
      LeaseLayout.set(value, Math.max(0, deadlineNanos), term);
      // After closing, the descriptor's number may already be another file's.
      synchronized (leaseLock) {
        if (!closed) {
          lease.put(which, value);
        }
      }
    }
  }

  @Override
  public void close() {
    synchronized (leaseLock) {
      closed = true;
    }
    admissions.close();
    targetLoad.close();
    rows.close();
    labels.close();
    object.close();
  }
}
