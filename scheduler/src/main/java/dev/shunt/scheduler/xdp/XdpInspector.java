package dev.shunt.scheduler.xdp;

import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.replication.Protocol;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Explanation;
import dev.shunt.scheduler.Inspector;
import dev.shunt.scheduler.KernelSession;
import dev.shunt.scheduler.LabelAction;
import dev.shunt.scheduler.LabelEntry;
import dev.shunt.scheduler.MacAddress;
import dev.shunt.scheduler.Probe;
import dev.shunt.scheduler.Service;
import dev.shunt.scheduler.TraceFilter;
import dev.shunt.scheduler.TracedPacket;
import dev.shunt.scheduler.Vip;
import dev.shunt.scheduler.xdp.layout.ConfigLayout;
import dev.shunt.scheduler.xdp.layout.OutcomeText;
import java.lang.foreign.Arena;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows how the program in the kernel treats packets. */
final class XdpInspector implements Inspector, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(XdpInspector.class);

  private final KernelProgram kernel;
  private final Supplier<Map<Integer, Service>> services;
  private final Ticker ticker;

  /** Held while a packet is explained: its tables must not be closed under it. */
  private final Lock asking = new ReentrantLock();

  private @Nullable DryRun dryRun;
  private boolean closed;
  private @Nullable KernelTrace trace;
  private int round;

  /**
   * @param services of the kernel, by where their counters are; asked from any thread
   * @param ticker the kernel's clock, {@code CLOCK_MONOTONIC}
   */
  XdpInspector(KernelProgram kernel, Supplier<Map<Integer, Service>> services, Ticker ticker) {
    this.kernel = kernel;
    this.services = services;
    this.ticker = ticker;
  }

  @Override
  public Explanation explain(Probe probe) throws DataPlaneException {
    Map<Integer, Service> known = services.get();
    DryRun.Result result = run(probe, known.values());
    byte[] left = result.packet().frame();
    return new Explanation(
        result.outcome().counter(),
        OutcomeText.verdict(result.outcome()),
        OutcomeText.reason(result.outcome()),
        OutcomeText.next(result.outcome()),
        result.service().stream().mapToObj(known::get).filter(Objects::nonNull).findFirst(),
        result.session().map(found -> session(probe, found)),
        probe.label().isPresent() ? entry(probe.label().getAsInt(), result) : Optional.empty(),
        result.place(),
        result.target(),
        result.asides(),
        FrameReader.read(left),
        HexFormat.of().formatHex(left));
  }

  private DryRun.Result run(Probe probe, Collection<Service> known) throws DataPlaneException {
    asking.lock();
    try {
      if (closed) {
        throw new DataPlaneException("the data plane was closed");
      }
      return dryRun().run(frame(probe, known));
    } finally {
      asking.unlock();
    }
  }

  /** Loaded when it is first asked for: most daemons never are. */
  private DryRun dryRun() throws DataPlaneException {
    DryRun loaded = dryRun;
    if (loaded == null) {
      loaded = DryRun.beside(kernel);
      dryRun = loaded;
    }
    return loaded;
  }

  /** To everybody where every member gets the packets of the VIP; else to this machine alone. */
  private byte[] frame(Probe probe, Collection<Service> known) throws DataPlaneException {
    Optional<MacAddress> group =
        known.stream()
            .filter(service -> service.balance().everyone())
            .map(Service::vip)
            .filter(vip -> vip.address().equals(probe.destination().getAddress()))
            .map(Vip::groupMac)
            .findFirst();
    try (Arena arena = Arena.ofConfined()) {
      MacAddress own = ConfigLayout.mac(kernel.config.get(arena, 0));
      return ProbeFrame.of(probe, group.orElse(own));
    }
  }

  private KernelSession session(Probe probe, DryRun.FoundSession found) {
    Protocol protocol = probe.kind() == Probe.Kind.DATAGRAM ? Protocol.UDP : Protocol.TCP;
    return new KernelSession(
        Flow.of(protocol, probe.source(), probe.destination()),
        found.target(),
        found.state(),
        found.packets(),
        Math.max(0, ticker.nanos() - found.lastSeenNanos()),
        found.label());
  }

  private static Optional<LabelEntry> entry(int label, DryRun.Result result) {
    return result
        .entry()
        .filter(found -> found.action() != LabelAction.NONE)
        .map(e ->
            new LabelEntry(label, e.action(), e.target(), e.port(), e.lineCard(), e.packets()));
  }

  @Override
  public Trace trace(TraceFilter filter, Consumer<TracedPacket> listener)
      throws DataPlaneException {
    if (trace != null) {
      throw new IllegalStateException("another trace is running on this member");
    }
    round = round == Integer.MAX_VALUE ? 1 : round + 1;
    KernelTrace begun =
        new KernelTrace(kernel, ticker, filter, round, listener, () -> trace = null);
    trace = begun;
    return begun;
  }

  @Override
  public void close() {
    KernelTrace running = trace;
    if (running != null) {
      try {
        running.close();
      } catch (DataPlaneException e) {
        // It ends by itself.
        LOG.debug("a trace could not be ended", e);
      }
    }
    asking.lock();
    try {
      closed = true;
      if (dryRun != null) {
        dryRun.close();
      }
    } finally {
      asking.unlock();
    }
  }
}
