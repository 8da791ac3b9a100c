package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Ticker;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** {@link Completeness} for many threads, with listeners. */
final class CompletenessGate {

  private final Completeness completeness;
  private final Ticker ticker;
  private final BooleanSupplier hasSessions;
  private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean complete;

  CompletenessGate(Completeness completeness, Ticker ticker, BooleanSupplier hasSessions) {
    this.completeness = completeness;
    this.ticker = ticker;
    this.hasSessions = hasSessions;
  }

  boolean complete() {
    return complete;
  }

  void listen(Consumer<Boolean> listener) {
    listeners.add(listener);
  }

  /** Tells the machine what happened and steps it; also called without news, as time passes. */
  synchronized void step(Consumer<Completeness> news) {
    news.accept(completeness);
    boolean now = completeness.step(ticker.nanos(), hasSessions.getAsBoolean());
    if (now != complete) {
      complete = now;
      listeners.forEach(listener -> listener.accept(now));
    }
  }

  synchronized Set<MemberId> missing() {
    return completeness.missing();
  }
}
