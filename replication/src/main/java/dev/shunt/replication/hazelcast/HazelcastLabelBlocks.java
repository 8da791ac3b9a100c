package dev.shunt.replication.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import dev.shunt.cluster.MemberId;
import dev.shunt.replication.LabelBlock;
import dev.shunt.replication.LabelBlocks;
import dev.shunt.replication.ReplicationException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Label blocks in a small shared map; one thread waits for it, and calls the listener. */
final class HazelcastLabelBlocks implements LabelBlocks {

  /** How long a request waits for the shared map. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** How often leases are compared though nothing was heard: events get lost with a connection. */
  static final Duration COMPARE_INTERVAL = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(HazelcastLabelBlocks.class);

  /** The shared map and who takes part in it. */
  private record Table(IMap<Integer, byte[]> map, Supplier<Set<MemberId>> members) {}

  private final BlockLeases leases;
  private final CompletenessGate gate;
  private final ScheduledExecutorService worker;
  private final Semaphore places = new Semaphore(MAX_WAITING);
  private final AtomicBoolean comparing = new AtomicBoolean();
  private final AtomicLong takenOver = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private volatile @Nullable Table table;
  private volatile @Nullable Listener listener;

  // Of the worker's thread.
  private final Set<LabelBlock> untold = new TreeSet<>();
  private boolean told;

  HazelcastLabelBlocks(BlockLeases leases, CompletenessGate gate, ThreadFactory thread) {
    this.leases = leases;
    this.gate = gate;
    this.worker = Executors.newSingleThreadScheduledExecutor(thread);
  }

  void start() {
    gate.listen(_ -> compareSoon());
    long millis = COMPARE_INTERVAL.toMillis();
    // Ends with its executor, and reports its failures itself.
    Future<?> _ =
        worker.scheduleWithFixedDelay(this::compare, millis, millis, TimeUnit.MILLISECONDS);
  }

  void close() {
    worker.shutdownNow();
  }

  /** Where leases are kept from now on. */
  void keepIn(IMap<Integer, byte[]> map, Supplier<Set<MemberId>> members) {
    map.addEntryListener(new Events(), true);
    table = new Table(map, members);
    compareSoon();
  }

  void keepNowhere() {
    table = null;
  }

  /** Something may have changed unheard. Returns at once. */
  void compareSoon() {
    if (comparing.compareAndSet(false, true)) {
      try {
        worker.execute(this::compare);
      } catch (RejectedExecutionException e) {
        log.debug("closed before label blocks were compared", e);
      }
    }
  }

  @Override
  public CompletableFuture<Optional<Taken>> take() {
    return request(
        "taking a label block",
        map -> {
          Optional<Taken> taken = leases.take(map);
          taken.flatMap(Taken::formerOwner).ifPresent(_ -> takenOver.incrementAndGet());
          return taken;
        },
        taken -> taken.ifPresent(it -> untold.add(it.block())));
  }

  @Override
  public CompletableFuture<Boolean> take(LabelBlock wanted) {
    return request(
        "taking label block " + wanted,
        map -> leases.take(map, wanted.number()),
        taken -> {
          if (taken) {
            untold.add(wanted);
          }
        });
  }

  @Override
  public CompletableFuture<Void> release(LabelBlock block) {
    return request(
            "releasing label block " + block,
            map -> {
              leases.release(map, block.number());
              return true;
            },
            _ -> {})
        .thenAccept(_ -> {});
  }

  @Override
  public Set<LabelBlock> owned() {
    return leases.owned();
  }

  @Override
  public void present(Set<MemberId> members) {
    leases.absences().present(members);
    compareSoon();
  }

  @Override
  public void listen(Listener newListener) {
    listener = newListener;
  }

  @Override
  public Stats stats() {
    return new Stats(leases.count(), leases.view().free(), takenOver.get(), lost.get());
  }

  /**
   * @param what for the messages
   * @param action runs on the worker's thread
   * @param late takes an answer that nobody waits for any more
   */
  private <T> CompletableFuture<T> request(
      String what, Function<IMap<Integer, byte[]>, T> action, Consumer<T> late) {
    if (!places.tryAcquire()) {
      return CompletableFuture.failedFuture(
          new ReplicationException(what + ": " + MAX_WAITING + " requests wait already"));
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      worker.execute(() -> {
        places.release();
        answer(what, action, late, answer);
      });
    } catch (RejectedExecutionException e) {
      places.release();
      answer.completeExceptionally(
          new ReplicationException(what + ": this member leaves the array", e));
    }
    return answer.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private <T> void answer(
      String what,
      Function<IMap<Integer, byte[]>, T> action,
      Consumer<T> late,
      CompletableFuture<T> answer) {
    if (answer.isDone()) {
      return;
    }
    if (!told) {
      compare();
    }
    Table now = table;
    if (now == null || !told || !gate.complete()) {
      // What is free now may turn out to be its own from a former life, or another member's.
      answer.completeExceptionally(
          new ReplicationException(what + ": the tables of this member are not complete"));
      return;
    }
    try {
      T value = action.apply(now.map());
      if (!answer.complete(value)) {
        late.accept(value);
        compareSoon();
      }
    } catch (RuntimeException e) {
      answer.completeExceptionally(
          new ReplicationException(what + ": the shared tables did not take it", e));
    }
  }

  private void compare() {
    comparing.set(false);
    Table now = table;
    if (now == null) {
      return;
    }
    try {
      BlockLeases.Differences differences = leases.compare(now.map(), now.members().get());
      differences.lost().forEach(this::lose);
      untold.addAll(differences.found());
      if (gate.complete()) {
        tell();
      }
    } catch (RuntimeException e) {
      // The link says in the log why the tables are away.
      log.debug("label blocks could not be compared, trying again", e);
    }
  }

  private void lose(LabelBlock block) {
    lost.incrementAndGet();
    log.warn("label block {} is another member's: its labels are withdrawn here", block);
    Listener to = listener;
    if (!untold.remove(block) && to != null) {
      to.onLost(block);
    }
  }

  private void tell() {
    if (told && untold.isEmpty()) {
      return;
    }
    told = true;
    Set<LabelBlock> found = Set.copyOf(untold);
    untold.clear();
    Listener to = listener;
    if (to != null) {
      to.onFound(found);
    }
  }

  private final class Events
      implements EntryAddedListener<Integer, byte[]>,
          EntryUpdatedListener<Integer, byte[]>,
          EntryMergedListener<Integer, byte[]>,
          EntryRemovedListener<Integer, byte[]> {

    @Override
    public void entryAdded(EntryEvent<Integer, byte[]> event) {
      heard(event.getKey(), event.getValue());
    }

    @Override
    public void entryUpdated(EntryEvent<Integer, byte[]> event) {
      heard(event.getKey(), event.getValue());
    }

    @Override
    public void entryMerged(EntryEvent<Integer, byte[]> event) {
      heard(event.getKey(), event.getValue());
    }

    @Override
    public void entryRemoved(EntryEvent<Integer, byte[]> event) {
      heard(event.getKey(), null);
    }

    /** An event may be older than what this member did since, so it only says what to look at. */
    private void heard(@Nullable Integer block, byte @Nullable [] value) {
      leases.view().heard(block, value);
      if (leases.contradicts(block, value)) {
        compareSoon();
      }
    }
  }
}
