package dev.shunt.scheduler.xdp;

import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.scheduler.CookieKeys;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.DispatchRow;
import dev.shunt.scheduler.DispatchTable;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.SessionEvent;
import dev.shunt.scheduler.SynCookies;
import dev.shunt.scheduler.Target;
import dev.shunt.scheduler.TargetState;
import dev.shunt.scheduler.Vip;
import dev.shunt.scheduler.xdp.layout.Aside;
import dev.shunt.scheduler.xdp.layout.Btf;
import dev.shunt.scheduler.xdp.layout.Elf;
import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.layout.ScriptLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The data plane's code in the kernel, attached to nothing, with tables of a chosen size, to be
 * timed: see {@code bench.bpf.c}. One thread at a time.
 */
public final class BenchKernel implements AutoCloseable {

  /**
   * How much there is in the tables.
   *
   * @param services of each kind of {@link BenchFlows}; of TCP over IPv4 alone where the table has
   *     no room for so many of all
   * @param targets none of them this machine
   * @param sessions established ones of TCP over IPv4
   */
  public record Size(int services, int targets, int sessions) {}

  /** What is run. */
  public enum Program {
    /** The data plane on the same packet in every pass. */
    SAME,
    /** The data plane on a packet of another flow, or with another label, in every pass. */
    WALK,
    /** The MAC addresses swapped and nothing else. */
    SWAP,
    /** Nothing at all. */
    NOTHING
  }

  /** As many flows are opened in a row at most. */
  public static final int MOST_FRESH = 50_000;

  static final String RESOURCE = "bench.bpf.o";

  /** Of the wall clock beyond the monotonic one: any, as nobody else reads these cookies. */
  private static final long WALL_NANOS = Duration.ofDays(1).toNanos();

  private static final String[] PROGRAMS = {
    "shunt", "bench_same", "bench_walk", "bench_swap", "bench_nothing"
  };

  private static final int MAX_FRAME = 1518;
  private static final int SEED = 7;

  /** A test run stands on none. */
  private static final int NO_INTERFACE = 0;

  /** Bytes of {@code struct embryos}. */
  private static final int EMBRYO_BUCKET = 32;

  private static final int LEAST_ROW = 1009;
  private static final int EVENT_BYTES = 1 << 24;

  /** Events that may wait in the ring, which has room for more than twice as many. */
  private static final int MOST_WAITING = 120_000;

  /** Nobody else is to check these cookies. */
  private static final CookieKeys KEYS = new CookieKeys(_ -> new byte[16]);

  private static final long SETTLE_NANOS = Duration.ofSeconds(10).toNanos();

  private final Size size;
  private final KernelProgram kernel;
  private final Ticker ticker;
  private final Counters counters;
  private final SessionMap sessions;
  private final BpfMap scripts;
  private final BpfMap embryos;
  private final AtomicLong heard = new AtomicLong();
  private final Map<Program, PacketRun> runs = new HashMap<>();
  private final Set<BenchFlows> kinds;
  private @Nullable EventRing<SessionEvent> reader;
  private long told;
  private long random = 1;
  private int fresh;

  private BenchKernel(Size size, SynCookies cookies, KernelProgram kernel, Ticker ticker)
      throws DataPlaneException {
    this.size = size;
    this.kernel = kernel;
    this.ticker = ticker;
    counters = new Counters(kernel);
    DispatchWriter writer = new DispatchWriter(kernel, rowSize(size));
    sessions = new SessionMap(kernel, writer::target, ticker);
    scripts = kernel.map("scripts");
    embryos = kernel.map("embryos");
    for (Program program : Program.values()) {
      runs.put(
          program, new PacketRun(kernel.fd("bench_" + program.name().toLowerCase(Locale.ROOT))));
    }
    kinds = kinds(size);
    kernel.configure(SEED, MAX_FRAME, BenchFlows.MEMBER, NO_INTERFACE);
    writer.apply(table(cookies));
    fresh = size.sessions;
  }

  /**
   * Loads it and opens its sessions through it.
   *
   * @param ticker the kernel's clock, {@code CLOCK_MONOTONIC}
   */
  public static BenchKernel open(Size size, Ticker ticker) throws DataPlaneException {
    // As by default, counting every new connection, but more would have to come than can.
    return open(size, new SynCookies(SynCookies.Use.AUTO, SynCookies.MOST), ticker);
  }

  /**
   * The same.
   *
   * @param cookies when SYNs are answered by cookies, once the sessions are there
   */
  static BenchKernel open(Size size, SynCookies cookies, Ticker ticker) throws DataPlaneException {
    requireLayout();
    XdpConfig config =
        new XdpConfig(
            "none",
            Path.of("/sys/fs/bpf/none"),
            size.sessions + 2 * MOST_FRESH,
            rowSize(size),
            size.services * kinds(size).size(),
            EVENT_BYTES,
            SEED);
    BenchKernel bench =
        of(size, cookies, KernelProgram.load(config, null, RESOURCE, PROGRAMS), ticker);
    try {
      bench.fill(BenchFlows.TCP4, size.sessions);
      bench.kernel.cookies(WALL_NANOS, KEYS.at(ticker.nanos() + WALL_NANOS));
      return bench;
    } catch (DataPlaneException | RuntimeException e) {
      bench.close();
      throw e;
    }
  }

  private static BenchKernel of(Size size, SynCookies cookies, KernelProgram kernel, Ticker ticker)
      throws DataPlaneException {
    try {
      return new BenchKernel(size, cookies, kernel, ticker);
    } catch (DataPlaneException | RuntimeException e) {
      kernel.close();
      throw e;
    }
  }

  private static Set<BenchFlows> kinds(Size size) {
    Set<BenchFlows> all = EnumSet.allOf(BenchFlows.class);
    return size.services * all.size() > XdpConfig.MAX_SERVICES ? EnumSet.of(BenchFlows.TCP4) : all;
  }

  private static void requireLayout() throws DataPlaneException {
    byte[] types = new Elf(BpfObject.resource(RESOURCE)).section(".BTF").orElse(new byte[0]);
    List<String> differences = ScriptLayout.differences(Btf.parse(types));
    if (!differences.isEmpty()) {
      throw new DataPlaneException(
          RESOURCE + " does not fit this build: " + String.join("; ", differences));
    }
  }

  /** A hundred places a target, as Maglev wants it; a prime is not needed here. */
  private static int rowSize(Size size) {
    return Math.max(LEAST_ROW, 100 * size.targets + 3);
  }

  private DispatchTable table(SynCookies cookies) {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < size.targets; i++) {
      targets.add(
          new Target(
              Target.labelOf(i),
              "t" + i,
              BenchFlows.VIP4,
              new MacAddress(0x02_00_00_01_00_00L + i),
              TargetState.UP,
              1,
              false,
              true,
              true));
    }
    int[] labels = new int[rowSize(size)];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = targets.get(i % size.targets).label();
    }
    DispatchRow row = new DispatchRow(labels);
    Map<Service, DispatchRow> rows = new HashMap<>();
    for (BenchFlows kind : kinds) {
      for (int i = 0; i < size.services; i++) {
        int port = BenchFlows.FIRST_PORT + i;
        rows.put(
            new Service(kind.name() + port, new Vip(kind.vip()), port, kind.protocol())
                .with(cookies),
            row);
      }
    }
    return new DispatchTable(targets, rows);
  }

  public Size size() {
    return size;
  }

  /** Established sessions of the first {@code count} flows of a kind of TCP. */
  public void fill(BenchFlows kind, int count) throws DataPlaneException {
    for (int pass = 0; pass < 2; pass++) {
      for (int at = 0; at < count; at += MOST_FRESH) {
        int some = Math.min(MOST_FRESH, count - at);
        walkFrom(at);
        run(Program.WALK, kind.frame(BenchFlows.ACK), some);
        told += some;
        settle();
      }
    }
  }

  /** The walks to come take flows or targets at random. */
  public void walkAmong(int count) throws DataPlaneException {
    random += 0x9e3779b97f4a7c15L;
    script(count, 0);
  }

  /** The walks to come take one flow after the other, from this one on. */
  public void walkFrom(int first) throws DataPlaneException {
    script(0, first);
  }

  private void script(int flows, int next) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(ScriptLayout.LAYOUT);
      ScriptLayout.set(value, random, flows, next, size.services, BenchFlows.FIRST_PORT);
      scripts.put(0, value);
    }
  }

  /** The index of the first of so many flows that were never there before. */
  public int fresh(int count) {
    int first = fresh;
    fresh += count;
    return first;
  }

  /** Takes sessions out of the table, each of which was opened with one event. */
  public void forget(BenchFlows kind, int first, int count) throws DataPlaneException {
    List<Flow> flows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      flows.add(kind.flow(first + i, size.services));
    }
    sessions.remove(flows);
    told += count;
    if (waiting() > MOST_WAITING) {
      settle();
    }
  }

  /**
   * Takes all half-open sessions out: those of one bucket and of one quarter of a second displace
   * each other, and a benchmark makes more in that time than a member.
   */
  public void forgetEmbryos() throws DataPlaneException {
    int count = embryos.maxEntries();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buckets = arena.allocate(ValueLayout.JAVA_INT, count);
      for (int i = 0; i < count; i++) {
        buckets.setAtIndex(ValueLayout.JAVA_INT, i, i);
      }
      embryos.putAll(buckets, arena.allocate((long) count * EMBRYO_BUCKET, Long.BYTES), count);
    }
  }

  /** From now on events are read as they come, as in a member; without it they wait in the ring. */
  public void listen() throws DataPlaneException {
    if (reader == null) {
      reader = EventRing.sessions(kernel.events, batch -> heard.addAndGet(batch.size()));
    }
  }

  /** Ends {@link #listen}. */
  public void rest() {
    EventRing<SessionEvent> open = reader;
    reader = null;
    if (open != null) {
      open.close();
    }
  }

  /** A program of it. */
  int fd(String program) throws DataPlaneException {
    return kernel.fd(program);
  }

  /** The packets that ended so, until now. */
  public long count(Outcome outcome) throws DataPlaneException {
    return count(outcome.counter());
  }

  /** All ends that packets came to until now, and how many each. */
  SortedMap<String, Long> counts() throws DataPlaneException {
    SortedMap<String, Long> counts = new TreeMap<>(counters.outcomes());
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  private long count(String counter) throws DataPlaneException {
    return Objects.requireNonNull(counters.outcomes().get(counter), counter);
  }

  /**
   * Runs a program many times; the nanoseconds that one pass took, by the kernel's own account: the
   * call as a whole also waits for the kernel to make the program its fast path. It counts whole
   * ones and drops the rest, of which half is added.
   */
  public double nanos(Program program, byte[] frame, int passes) throws DataPlaneException {
    return run(program, frame, passes).nanos() + 0.5;
  }

  PacketRun.Result run(Program program, byte[] frame, int passes) throws DataPlaneException {
    PacketRun run = runs.get(program);
    if (run == null) {
      throw new IllegalStateException("every program was opened");
    }
    return run.run(frame, passes);
  }

  private long waiting() throws DataPlaneException {
    return told - heard.get() - lost();
  }

  /** Until the events of what was opened are read, so that there is room for others. */
  private void settle() throws DataPlaneException {
    boolean rested = reader == null;
    listen();
    long until = ticker.nanos() + SETTLE_NANOS;
    while (waiting() > 0) {
      if (ticker.nanos() - until > 0) {
        throw new DataPlaneException(
            "%d session events were to come, %d came, %d were lost"
                .formatted(told, heard.get(), lost()));
      }
      LockSupport.parkNanos(1_000_000);
    }
    if (rested) {
      rest();
    }
  }

  /** Events that found no room. */
  public long lost() throws DataPlaneException {
    return count(Aside.EVENT_LOST.counter());
  }

  @Override
  public void close() {
    rest();
    kernel.close();
  }
}
