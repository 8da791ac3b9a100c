package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.ArrayState;
import dev.shunt.replication.BindingTables;
import dev.shunt.replication.LabelBlocks;
import dev.shunt.replication.Replication;
import dev.shunt.replication.ReplicationConfig;
import dev.shunt.replication.ReplicationStats;
import dev.shunt.replication.SessionTable;
import dev.shunt.replication.local.SessionCopy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The array's tables, shared through a Hazelcast member inside each member of the array.
 *
 * <p>Thread-safe. Started and closed once; a new one may be made in the same process afterwards, or
 * beside it under another address.
 */
public final class HazelcastReplication implements Replication {

  private static final Logger log = LoggerFactory.getLogger(HazelcastReplication.class);
  private static final Duration FLUSH = Duration.ofSeconds(2);
  private static final Duration THREAD_END = Duration.ofSeconds(2);
  private static final Duration TEND_INTERVAL = Duration.ofSeconds(1);

  private final Counters counters = new Counters();
  private final SessionCopy copy;
  private final OutgoingQueue queue;
  private final LagWindow lag;
  private final HazelcastSessionTable sessions;
  private final HazelcastArrayState arrayState;
  private final HazelcastLabelBlocks labelBlocks;
  private final HazelcastBindings bindings;
  private final CompletenessGate gate;
  private final SessionWriter writer;
  private final TableLink link;
  private final Watch watch;
  private final List<Thread> threads;
  private final ScheduledExecutorService watcher;

  /**
   * Makes it; nothing runs before {@link #start}.
   *
   * @param config whose {@code self} must be among its members
   * @param ticker the monotonic clock
   * @param source the wall clock, which records carry
   */
  public HazelcastReplication(ReplicationConfig config, Ticker ticker, InstantSource source) {
    MemberId self = config.ownAddress().id();
    Clock clock = new Clock(source);
    copy = new SessionCopy(config.maxSessions());
    queue = new OutgoingQueue(config.queueEntries(), config.maxSessions());
    lag = new LagWindow(ticker);
    Outgoing outgoing = new Outgoing(queue, clock, counters);
    Authorship authorship = new Authorship(copy);
    Reconciler reconciler = new Reconciler(copy, authorship, outgoing);
    Arrivals arrivals = new Arrivals(config.queueEntries(), copy, reconciler, clock, lag, counters);
    sessions = new HazelcastSessionTable(copy, authorship, outgoing, arrivals);
    arrayState = new HazelcastArrayState(clock, counters);
    gate =
        new CompletenessGate(
            new Completeness(self, config.members().size() == 1), ticker, () -> copy.size() > 0);
    labelBlocks =
        new HazelcastLabelBlocks(
            new BlockLeases(config, clock, new Absences(config, ticker), counters),
            gate,
            task -> thread(self, "blocks", task));
    bindings = new HazelcastBindings(config, ticker, clock, counters);
    writer = new SessionWriter(config, queue, copy, ticker, counters);
    link =
        new TableLink(
            config,
            writer,
            arrivals,
            copy,
            counters,
            arrayState,
            labelBlocks,
            bindings,
            gate,
            ticker);
    watch = new Watch(ticker, config, gate, writer, queue, outgoing, arrivals, link, bindings);
    threads =
        List.of(
            thread(self, "tables", link),
            thread(self, "writer", writer),
            thread(self, "bindings", bindings.writer()),
            thread(self, "arrivals", arrivals));
    watcher = Executors.newSingleThreadScheduledExecutor(task -> thread(self, "watch", task));
  }

  @Override
  public void start() {
    threads.forEach(Thread::start);
    labelBlocks.start();
    // Ends with its executor, and reports its failures itself.
    Future<?> _ =
        watcher.scheduleWithFixedDelay(
            watch, Watch.INTERVAL.toMillis(), Watch.INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    long tend = TEND_INTERVAL.toMillis();
    Future<?> _ = watcher.scheduleWithFixedDelay(bindings::tend, tend, tend, TimeUnit.MILLISECONDS);
  }

  @Override
  public SessionTable sessions() {
    return sessions;
  }

  @Override
  public ArrayState arrayState() {
    return arrayState;
  }

  @Override
  public LabelBlocks labelBlocks() {
    return labelBlocks;
  }

  @Override
  public BindingTables bindings() {
    return bindings;
  }

  @Override
  public void expect(Set<MemberId> holders) {
    Set<MemberId> expected = Set.copyOf(holders);
    gate.step(c -> c.expect(expected));
  }

  @Override
  public void follow(Optional<MemberId> scheduler) {
    gate.step(c -> c.follow(scheduler));
  }

  @Override
  public boolean complete() {
    return gate.complete();
  }

  @Override
  public void onComplete(Consumer<Boolean> listener) {
    gate.listen(listener);
  }

  /** Returns at once; the verdict is handed on by a thread of this object. */
  @Override
  public void suspect(Set<MemberId> gone) {
    Set<MemberId> suspects = Set.copyOf(gone);
    try {
      watcher.execute(() -> link.suspect(suspects));
    } catch (RejectedExecutionException e) {
      log.debug("closed before {} could be suspected", suspects, e);
    }
  }

  @Override
  public Set<MemberId> members() {
    return link.members();
  }

  @Override
  public ReplicationStats stats() {
    return new ReplicationStats(
        counters.sent.sum(),
        counters.received.sum(),
        queue.size(),
        counters.overflowed.sum(),
        counters.failed.sum(),
        counters.malformed.sum(),
        copy.refused(),
        lag.percentile(50),
        lag.percentile(99),
        writer.stalledMillis(),
        counters.mended.sum(),
        millis(link.equalForNanos()),
        copy.digest());
  }

  @Override
  public void close() {
    try {
      flush();
      watcher.shutdownNow();
      labelBlocks.close();
      bindings.close(FLUSH);
      writer.stop();
      link.close();
      for (Thread thread : threads) {
        thread.interrupt();
      }
      for (Thread thread : threads) {
        if (thread.isAlive()) {
          thread.join(THREAD_END);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What cannot be written out in time is lost with this member, as in a crash. */
  private void flush() throws InterruptedException {
    if (members().isEmpty() || !writer.awaitIdle(FLUSH)) {
      log.atLevel(queue.size() == 0 ? Level.DEBUG : Level.WARN)
          .log("closing with {} changes that the array has not been told", queue.size());
    }
  }

  private static long millis(long nanos) {
    return nanos < 0 ? nanos : TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  private static Thread thread(MemberId self, String role, Runnable task) {
    return Thread.ofPlatform()
        .name("shunt-replication-" + self + "-" + role)
        .daemon()
        .unstarted(task);
  }
}
