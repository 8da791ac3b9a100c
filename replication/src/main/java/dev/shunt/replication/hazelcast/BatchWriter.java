package dev.shunt.replication.hazelcast;

import com.hazelcast.map.IMap;
import dev.shunt.cluster.Term;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Flow;
import dev.shunt.replication.ReplicationConfig;
import dev.shunt.replication.local.SessionCopy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that brings queued changes into the shared table, a batch at a time and one batch in
 * flight; the only one that waits for the shared table's answers.
 *
 * <p>A batch that was refused goes back into the queue and is tried again.
 */
final class BatchWriter implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(BatchWriter.class);
  private static final long IDLE_MILLIS = 100;
  private static final long POLL_MILLIS = 5;
  private static final long RETRY_MILLIS = 50;

  private final ReplicationConfig config;
  private final OutgoingQueue queue;
  private final SessionCopy copy;
  private final Ticker ticker;
  private final Counters counters;
  private final CountDownLatch closed = new CountDownLatch(1);

  private volatile @Nullable IMap<byte[], byte[]> table;
  private volatile @Nullable Long waitingSinceNanos;

  BatchWriter(
      ReplicationConfig config,
      OutgoingQueue queue,
      SessionCopy copy,
      Ticker ticker,
      Counters counters) {
    this.config = config;
    this.queue = queue;
    this.copy = copy;
    this.ticker = ticker;
    this.counters = counters;
  }

  /** Where to write from now on; null while there is nowhere. */
  void writeTo(@Nullable IMap<byte[], byte[]> newTable) {
    table = newTable;
    // What waited for a table to write to has not been waiting for its answer.
    waitingSinceNanos = null;
  }

  /** For how long the oldest batch has been waiting to be acknowledged; 0 when none is. */
  long stalledMillis() {
    Long since = waitingSinceNanos;
    return since == null ? 0 : TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - since);
  }

  /** Whether all that was queued has been acknowledged. */
  boolean idle() {
    return waitingSinceNanos == null && queue.size() == 0;
  }

  /** Waits until {@link #idle}, or for {@code patience}; returns whether it is. */
  boolean awaitIdle(Duration patience) throws InterruptedException {
    long begin = ticker.nanos();
    while (!idle() && ticker.nanos() - begin < patience.toNanos()) {
      closed.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
    }
    return idle();
  }

  void stop() {
    closed.countDown();
  }

  @Override
  public void run() {
    try {
      while (closed.getCount() > 0) {
        queue.await(IDLE_MILLIS);
        if (queue.size() > 0) {
          writeBatch();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeBatch() throws InterruptedException {
    long begin = ticker.nanos();
    if (waitingSinceNanos == null) {
      waitingSinceNanos = begin;
    }
    IMap<byte[], byte[]> to = table;
    List<OutgoingQueue.Change> batch = to == null ? List.of() : queue.drain(config.batchEntries());
    if (to != null && send(to, batch)) {
      counters.sent.add(batch.size());
      waitingSinceNanos = null;
      pace(begin);
    } else {
      closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Leaves time for a batch to gather, unless one has gathered already. */
  private void pace(long beginNanos) throws InterruptedException {
    long rest = config.batchInterval().toNanos() - (ticker.nanos() - beginNanos);
    if (rest > 0 && queue.size() < config.batchEntries()) {
      closed.await(rest, TimeUnit.NANOSECONDS);
    }
  }

  private boolean send(IMap<byte[], byte[]> to, List<OutgoingQueue.Change> batch)
      throws InterruptedException {
    try {
      // Of different flows, so that neither waits for the other.
      List<CompletableFuture<?>> answers = new ArrayList<>();
      put(to, batch, answers);
      remove(to, batch, answers);
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get();
      return true;
    } catch (ExecutionException | RuntimeException e) {
      counters.failed.add(batch.size());
      queue.returnBack(batch);
      log.debug("a batch of {} was refused and is tried again", batch.size(), e);
      return false;
    } catch (InterruptedException e) {
      queue.returnBack(batch);
      throw e;
    }
  }

  // The map is only iterated, never asked for a key.
  @SuppressWarnings("ArrayAsKeyOfSetOrMap")
  private void put(
      IMap<byte[], byte[]> to,
      List<OutgoingQueue.Change> batch,
      List<CompletableFuture<?>> answers) {
    Map<byte[], byte[]> entries = new HashMap<>();
    for (OutgoingQueue.Change change : batch) {
      if (change.removal() == null) {
        // Gone since: then a removal waits in the queue, or another member removed it.
        copy.get(change.flow())
            .ifPresent(session ->
                entries.put(
                    SessionCodec.key(session.flow()),
                    SessionCodec.value(session, change.sinceMicros())));
      }
    }
    if (!entries.isEmpty()) {
      answers.add(to.setAllAsync(entries).toCompletableFuture());
    }
  }

  private static void remove(
      IMap<byte[], byte[]> to,
      List<OutgoingQueue.Change> batch,
      List<CompletableFuture<?>> answers) {
    removals(batch)
        .forEach((term, flows) ->
            answers.add(to.submitToKeys(keys(flows), new RemoveUpTo(term)).toCompletableFuture()));
  }

  /** Almost always of one term. */
  private static Map<Term, Set<Flow>> removals(List<OutgoingQueue.Change> batch) {
    Map<Term, Set<Flow>> byTerm = new HashMap<>();
    for (OutgoingQueue.Change change : batch) {
      Term term = change.removal();
      if (term != null) {
        byTerm.computeIfAbsent(term, _ -> new HashSet<>()).add(change.flow());
      }
    }
    return byTerm;
  }

  // The set is only iterated, never asked for a key.
  @SuppressWarnings("ArrayAsKeyOfSetOrMap")
  private static Set<byte[]> keys(Set<Flow> flows) {
    Set<byte[]> keys = new HashSet<>();
    flows.forEach(flow -> keys.add(SessionCodec.key(flow)));
    return keys;
  }
}
