package dev.shunt.scheduler.xdp;

import dev.shunt.cluster.Ticker;
import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Inspector;
import dev.shunt.scheduler.TraceFilter;
import dev.shunt.scheduler.TracedPacket;
import dev.shunt.scheduler.xdp.layout.Aside;
import dev.shunt.scheduler.xdp.layout.ConfigLayout;
import dev.shunt.scheduler.xdp.layout.Outcome;
import dev.shunt.scheduler.xdp.layout.OutcomeText;
import dev.shunt.scheduler.xdp.layout.TraceLayout;
import dev.shunt.scheduler.xdp.layout.TracingLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;

/** A trace in the kernel: its switch, and who reads what it tells. */
final class KernelTrace implements Inspector.Trace {

  private final KernelProgram kernel;
  private final Counters counters;
  private final Ticker ticker;
  private final TraceFilter filter;
  private final Set<Outcome> outcomes;
  private final int round;
  private final long lostBefore;
  private final EventRing<Told> ring;
  private final Runnable closed;
  private boolean open = true;
  private long lostInAll;

  /**
   * Begins it.
   *
   * @param round another number than the last one's, not 0
   * @param closed told when it has ended
   */
  KernelTrace(
      KernelProgram kernel,
      Ticker ticker,
      TraceFilter filter,
      int round,
      Consumer<TracedPacket> listener,
      Runnable closed)
      throws DataPlaneException {
    this.kernel = kernel;
    this.counters = new Counters(kernel);
    this.ticker = ticker;
    this.filter = filter;
    this.round = round;
    this.closed = closed;
    outcomes = outcomes(filter);
    lostBefore = counters.aside(Aside.TRACE_LOST);
    ring =
        new EventRing<>(
            kernel.map("traces"),
            KernelTrace::told,
            batch -> batch.forEach(t -> hear(t, listener)));
    try {
      renew();
    } catch (DataPlaneException e) {
      ring.close();
      throw e;
    }
  }

  private static Set<Outcome> outcomes(TraceFilter filter) {
    Set<Outcome> wanted = EnumSet.noneOf(Outcome.class);
    filter.outcomes().forEach(name -> wanted.addAll(OutcomeText.named(name)));
    return wanted.isEmpty() ? EnumSet.allOf(Outcome.class) : wanted;
  }

  /** A packet, and the trace that it was told to. */
  private record Told(int round, TracedPacket packet) {}

  /** A packet that was on its way while the last trace ended is not of this one. */
  private void hear(Told told, Consumer<TracedPacket> listener) {
    if (told.round == round) {
      listener.accept(told.packet);
    }
  }

  private static Told told(MemorySegment trace) {
    Outcome outcome = TraceLayout.outcome(trace);
    byte[] head = TraceLayout.head(trace);
    TracedPacket packet =
        new TracedPacket(
            TraceLayout.nanos(trace),
            TraceLayout.cpu(trace),
            outcome.counter(),
            OutcomeText.verdict(outcome),
            OutcomeText.reason(outcome),
            TraceLayout.length(trace),
            FrameReader.read(head),
            HexFormat.of().formatHex(head));
    return new Told(TraceLayout.round(trace), packet);
  }

  /** What is to be told first, the switch last. */
  @Override
  public void renew() throws DataPlaneException {
    if (!open) {
      throw new DataPlaneException("the data plane was closed");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tracing = arena.allocate(TracingLayout.LAYOUT);
      long deadline = ticker.nanos() + TraceFilter.LEASE.toNanos();
      TracingLayout.set(tracing, deadline, round, filter, outcomes);
      kernel.map("tracing").put(0, tracing);
    }
    set(round);
  }

  private void set(int running) throws DataPlaneException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment config = kernel.config.get(arena, 0);
      ConfigLayout.setTracing(config, running);
      kernel.config.put(0, config);
    }
  }

  @Override
  public long lost() throws DataPlaneException {
    if (open) {
      lostInAll = counters.aside(Aside.TRACE_LOST) - lostBefore;
    }
    return lostInAll;
  }

  @Override
  public void close() throws DataPlaneException {
    if (!open) {
      return;
    }
    lost();
    open = false;
    try {
      set(0);
    } finally {
      ring.finish();
      closed.run();
    }
  }
}
