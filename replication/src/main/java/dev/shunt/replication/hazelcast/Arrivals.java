package dev.shunt.replication.hazelcast;

import dev.shunt.replication.Flow;
import dev.shunt.replication.Session;
import dev.shunt.replication.SessionTable;
import dev.shunt.replication.local.SessionCopy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that applies what other members wrote to the local copy, and tells the listener.
 *
 * <p>Events and scans go through one bounded inbox, so that they are applied in the order in which
 * they came. An event that finds it full is dropped, counted, and makes up for it by a new scan.
 */
final class Arrivals implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Arrivals.class);
  private static final int BATCH = 1024;

  /** An entry of the shared table as it came. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Raw(byte @Nullable [] key, byte @Nullable [] value) {}

  private sealed interface Item {}

  private record Written(Raw entry) implements Item {}

  private record Removed(Raw entry) implements Item {}

  private record ScanBegins(Reconciler.OnlyHere onlyHere, Predicate<Flow> scope) implements Item {}

  private record ScanFinds(List<Raw> entries) implements Item {}

  private record ScanEnds(boolean trustworthy, CompletableFuture<Integer> done) implements Item {}

  private record Listens(SessionTable.Listener listener) implements Item {}

  private final BlockingQueue<Item> inbox;
  private final SessionCopy copy;
  private final Reconciler reconciler;
  private final Clock clock;
  private final LagWindow lag;
  private final Counters counters;
  private final AtomicBoolean unheard = new AtomicBoolean();
  private final List<Session> puts = new ArrayList<>();
  private final List<Flow> removals = new ArrayList<>();
  private SessionTable.@Nullable Listener listener;

  Arrivals(
      int capacity,
      SessionCopy copy,
      Reconciler reconciler,
      Clock clock,
      LagWindow lag,
      Counters counters) {
    this.inbox = new ArrayBlockingQueue<>(capacity);
    this.copy = copy;
    this.reconciler = reconciler;
    this.clock = clock;
    this.lag = lag;
    this.counters = counters;
  }

  /** Never waits. */
  void written(Raw entry) {
    offer(new Written(entry));
  }

  /** Never waits. {@code entry} is what was there. */
  void removed(Raw entry) {
    offer(new Removed(entry));
  }

  void listen(SessionTable.Listener newListener) {
    try {
      inbox.put(new Listens(newListener));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@code scope} is of which flows the scan tells; it is asked on this object's thread. */
  void scanBegins(Reconciler.OnlyHere onlyHere, Predicate<Flow> scope) throws InterruptedException {
    inbox.put(new ScanBegins(onlyHere, scope));
  }

  void scanFinds(List<Raw> entries) throws InterruptedException {
    inbox.put(new ScanFinds(entries));
  }

  /**
   * The returned future is done when all that the scan found has been applied, and tells how many
   * entries that changed.
   */
  CompletableFuture<Integer> scanEnds(boolean trustworthy) throws InterruptedException {
    CompletableFuture<Integer> done = new CompletableFuture<>();
    inbox.put(new ScanEnds(trustworthy, done));
    return done;
  }

  /** Whether events were dropped since the last call of this method. */
  boolean takeUnheard() {
    return unheard.getAndSet(false);
  }

  @Override
  public void run() {
    List<Item> batch = new ArrayList<>(BATCH);
    try {
      while (!Thread.currentThread().isInterrupted()) {
        batch.add(inbox.take());
        inbox.drainTo(batch, BATCH - 1);
        batch.forEach(this::apply);
        tell();
        batch.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void offer(Item item) {
    if (!inbox.offer(item)) {
      counters.unheard.increment();
      unheard.set(true);
    }
  }

  private void apply(Item item) {
    switch (item) {
      case Written(Raw raw) -> applyWritten(raw);
      case Removed(Raw raw) -> applyRemoved(raw);
      case ScanBegins(Reconciler.OnlyHere onlyHere, Predicate<Flow> scope) ->
          reconciler.begin(onlyHere, scope);
      case ScanFinds(List<Raw> entries) -> entries.forEach(this::applyScanned);
      case ScanEnds(boolean trustworthy, CompletableFuture<Integer> done) -> {
        reconciler.end(trustworthy).forEach(this::goes);
        tell();
        done.complete(reconciler.mended());
      }
      case Listens(SessionTable.Listener newListener) -> {
        tell();
        listener = newListener;
        copy.forEach(this::comes);
      }
    }
  }

  private void applyWritten(Raw raw) {
    SessionCodec.Entry entry = SessionCodec.entry(raw.key(), raw.value());
    if (entry == null) {
      counters.malformed.increment();
      return;
    }
    counters.received.increment();
    lag.record(clock.micros() - entry.writtenMicros());
    if (reconciler.arrived(entry.session())) {
      comes(entry.session());
    }
  }

  private void applyRemoved(Raw raw) {
    SessionCodec.Entry entry = SessionCodec.entry(raw.key(), raw.value());
    if (entry == null) {
      counters.malformed.increment();
      return;
    }
    counters.received.increment();
    if (reconciler.departed(entry.session())) {
      goes(entry.session().flow());
    }
  }

  private void applyScanned(Raw raw) {
    SessionCodec.Entry entry = SessionCodec.entry(raw.key(), raw.value());
    if (entry == null) {
      counters.malformed.increment();
    } else if (reconciler.scanned(entry.session())) {
      counters.received.increment();
      comes(entry.session());
    }
  }

  private void comes(Session session) {
    if (!removals.isEmpty() || puts.size() >= BATCH) {
      tell();
    }
    puts.add(session);
  }

  private void goes(Flow flow) {
    if (!puts.isEmpty() || removals.size() >= BATCH) {
      tell();
    }
    removals.add(flow);
  }

  /** Tells the listener of what has gathered: puts or removals, never both. */
  private void tell() {
    try {
      if (listener != null && !puts.isEmpty()) {
        listener.onRemotePut(List.copyOf(puts));
      }
      if (listener != null && !removals.isEmpty()) {
        listener.onRemoteRemove(List.copyOf(removals));
      }
    } catch (RuntimeException e) {
      log.error("the session listener failed; what it was told is lost on it", e);
    } finally {
      puts.clear();
      removals.clear();
    }
  }
}
