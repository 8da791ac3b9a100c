package dev.shunt.scheduler.xdp;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.Explanation;
import dev.shunt.scheduler.Inspector;
import dev.shunt.scheduler.Probe;
import dev.shunt.scheduler.TraceFilter;
import dev.shunt.scheduler.TracedPacket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Explains what it was told to, and tells of the packets that a test sends. For tests; thread-safe.
 */
public final class FakeInspector implements Inspector {

  private final Map<Probe, Explanation> answers = new LinkedHashMap<>();
  private Runnable meanwhile = () -> {};
  private @Nullable TraceFilter filter;
  private @Nullable Consumer<TracedPacket> listener;
  private int renewals;
  private long lost;

  /** What is to be said of a packet from now on. */
  public synchronized void answer(Probe probe, Explanation explanation) {
    answers.put(probe, explanation);
  }

  /** What happens while a question is being answered. */
  public synchronized void meanwhile(Runnable event) {
    meanwhile = event;
  }

  @Override
  public synchronized Explanation explain(Probe probe) throws DataPlaneException {
    meanwhile.run();
    Explanation known = answers.get(probe);
    if (known == null) {
      throw new DataPlaneException("nothing is known of " + probe);
    }
    return known;
  }

  @Override
  public synchronized Trace trace(TraceFilter filter, Consumer<TracedPacket> listener) {
    if (this.listener != null) {
      throw new IllegalStateException("another trace is running on this member");
    }
    this.filter = filter;
    this.listener = listener;
    return new Running();
  }

  /** A packet came. */
  public void happen(TracedPacket packet) {
    Consumer<TracedPacket> hears;
    synchronized (this) {
      hears = listener;
    }
    if (hears != null) {
      hears.accept(packet);
    }
  }

  /** The kernel had no room for so many. */
  public synchronized void lose(long packets) {
    lost += packets;
  }

  /** The filter of the trace that runs; null if none does. */
  public synchronized @Nullable TraceFilter running() {
    return listener == null ? null : filter;
  }

  /** How often a trace was renewed. */
  public synchronized int renewals() {
    return renewals;
  }

  private final class Running implements Trace {

    @Override
    public void renew() {
      synchronized (FakeInspector.this) {
        renewals++;
      }
    }

    @Override
    public long lost() {
      synchronized (FakeInspector.this) {
        return lost;
      }
    }

    @Override
    public void close() {
      synchronized (FakeInspector.this) {
        listener = null;
      }
    }
  }
}
