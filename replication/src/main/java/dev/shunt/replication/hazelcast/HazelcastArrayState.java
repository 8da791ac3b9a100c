package dev.shunt.replication.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import dev.shunt.replication.ArrayState;
import dev.shunt.replication.ReplicationException;
import dev.shunt.replication.hazelcast.DrainCodec.Decision;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Drain decisions: a local copy of few entries, of which for each name the latest counts. */
final class HazelcastArrayState implements ArrayState {

  /** How long a decision may take to reach the array. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Names about which a decision can stand; a name once drained stays among them. */
  static final int MAX_NAMES = 4_096;

  private final Clock clock;
  private final Counters counters;
  private final List<Consumer<Set<Drained>>> listeners = new CopyOnWriteArrayList<>();
  private final Map<Drained, Decision> decisions = new HashMap<>();
  private volatile Set<Drained> drained = Set.of();
  private volatile @Nullable IMap<String, byte[]> table;

  HazelcastArrayState(Clock clock, Counters counters) {
    this.clock = clock;
    this.counters = counters;
  }

  @Override
  public Set<Drained> drained() {
    return drained;
  }

  @Override
  public boolean drain(Drained who) throws ReplicationException {
    return decide(who, true);
  }

  @Override
  public boolean undrain(Drained who) throws ReplicationException {
    return decide(who, false);
  }

  @Override
  public void listen(Consumer<Set<Drained>> listener) {
    listeners.add(listener);
  }

  /** Where decisions are kept from now on; null while there is nowhere. */
  void keepIn(@Nullable IMap<String, byte[]> newTable) {
    table = newTable;
    if (newTable != null) {
      newTable.addEntryListener(new Events(), true);
    }
  }

  /** Makes the local copy and the shared one equal. Waits for the shared table. */
  void reconcile(IMap<String, byte[]> shared) {
    shared.forEach(this::arrived);
    Map<Drained, Decision> known;
    synchronized (this) {
      known = Map.copyOf(decisions);
    }
    known.forEach((who, decision) -> {
      Decision there = DrainCodec.decision(shared.get(DrainCodec.key(who)));
      if (there == null || decision.isAfter(there)) {
        shared.set(DrainCodec.key(who), DrainCodec.value(decision));
      }
    });
  }

  private boolean decide(Drained who, boolean drain) throws ReplicationException {
    String what = (drain ? "drain " : "undrain ") + DrainCodec.key(who);
    IMap<String, byte[]> to = table;
    if (to == null) {
      throw new ReplicationException(what + ": this member has not joined the shared tables yet");
    }
    Decision decision = next(who, drain, what);
    Decision before = write(to, who, decision, what);
    accept(who, decision);
    return (before != null && before.drained()) != drain;
  }

  private synchronized Decision next(Drained who, boolean drain, String what)
      throws ReplicationException {
    Decision last = decisions.get(who);
    if (last == null && decisions.size() >= MAX_NAMES) {
      throw new ReplicationException(
          what + ": decisions stand about " + MAX_NAMES + " names already, more are not kept");
    }
    if (DrainCodec.key(who).length() > DrainCodec.MAX_KEY_CHARACTERS) {
      throw new ReplicationException(
          what + ": longer than " + DrainCodec.MAX_KEY_CHARACTERS + " characters");
    }
    // Later than what it replaces even where clocks differ.
    return new Decision(
        drain, Math.max(clock.micros(), last == null ? Long.MIN_VALUE : last.atMicros() + 1));
  }

  private static @Nullable Decision write(
      IMap<String, byte[]> to, Drained who, Decision decision, String what)
      throws ReplicationException {
    try {
      return DrainCodec.decision(
          to.putAsync(DrainCodec.key(who), DrainCodec.value(decision))
              .toCompletableFuture()
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      throw new ReplicationException(
          "%s: the array did not take it within %d s; it may still do so"
              .formatted(what, PATIENCE.toSeconds()),
          e);
    } catch (ExecutionException | RuntimeException e) {
      throw new ReplicationException(what + ": the array refused it", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReplicationException(what + ": interrupted while waiting for the array", e);
    }
  }

  private void arrived(@Nullable String key, byte @Nullable [] value) {
    Drained who = DrainCodec.who(key);
    Decision decision = DrainCodec.decision(value);
    if (who == null || decision == null) {
      counters.malformed.increment();
    } else {
      accept(who, decision);
    }
  }

  /** Under the lock to the end, so that listeners hear the sets in order. */
  private synchronized void accept(Drained who, Decision decision) {
    Decision held = decisions.get(who);
    if (held != null && !decision.isAfter(held)) {
      return;
    }
    decisions.put(who, decision);
    Set<Drained> next = new HashSet<>(drained);
    if (decision.drained() ? next.add(who) : next.remove(who)) {
      Set<Drained> now = Set.copyOf(next);
      drained = now;
      listeners.forEach(listener -> listener.accept(now));
    }
  }

  private final class Events
      implements EntryAddedListener<String, byte[]>,
          EntryUpdatedListener<String, byte[]>,
          EntryMergedListener<String, byte[]> {

    @Override
    public void entryAdded(EntryEvent<String, byte[]> event) {
      arrived(event.getKey(), event.getValue());
    }

    @Override
    public void entryUpdated(EntryEvent<String, byte[]> event) {
      arrived(event.getKey(), event.getValue());
    }

    @Override
    public void entryMerged(EntryEvent<String, byte[]> event) {
      arrived(event.getKey(), event.getValue());
    }
  }
}
