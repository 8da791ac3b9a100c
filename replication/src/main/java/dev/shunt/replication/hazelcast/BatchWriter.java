package dev.shunt.replication.hazelcast;

import com.hazelcast.map.IMap;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.ReplicationConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that brings queued changes into a shared table, a batch at a time and one batch in
 * flight; the only one that waits for the shared table's answers.
 *
 * <p>A batch that was refused goes back into the queue and is tried again.
 *
 * @param <C> a change
 */
abstract class BatchWriter<C> implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(BatchWriter.class);
  private static final long IDLE_MILLIS = 100;
  private static final long POLL_MILLIS = 5;
  private static final long RETRY_MILLIS = 50;

  private final ReplicationConfig config;
  private final ChangeQueue<C> queue;
  private final Ticker ticker;
  private final CountDownLatch closed = new CountDownLatch(1);

  private volatile @Nullable IMap<byte[], byte[]> table;
  private volatile @Nullable Long waitingSinceNanos;

  BatchWriter(ReplicationConfig config, ChangeQueue<C> queue, Ticker ticker) {
    this.config = config;
    this.queue = queue;
    this.ticker = ticker;
  }

  /** Sends what was put; {@code answers} gets what has to be waited for. */
  abstract void put(IMap<byte[], byte[]> to, List<C> batch, List<CompletableFuture<?>> answers);

  /** Sends what was removed, like {@link #put}. */
  abstract void remove(IMap<byte[], byte[]> to, List<C> batch, List<CompletableFuture<?>> answers);

  /** The shared table has acknowledged so many changes. */
  void acknowledged(int changes) {}

  /** The shared table has not taken so many changes, which are tried again. */
  void refused(int changes) {}

  /** Where to write from now on; null while there is nowhere. */
  final void writeTo(@Nullable IMap<byte[], byte[]> newTable) {
    table = newTable;
    // What waited for a table to write to has not been waiting for its answer.
    waitingSinceNanos = null;
  }

  /** For how long the oldest batch has been waiting to be acknowledged; 0 when none is. */
  final long stalledMillis() {
    Long since = waitingSinceNanos;
    return since == null ? 0 : TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - since);
  }

  /** Whether all that was queued has been acknowledged. */
  final boolean idle() {
    return waitingSinceNanos == null && queue.size() == 0;
  }

  /** Waits until {@link #idle}, or for {@code patience}; returns whether it is. */
  final boolean awaitIdle(Duration patience) throws InterruptedException {
    long begin = ticker.nanos();
    while (!idle() && ticker.nanos() - begin < patience.toNanos()) {
      closed.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
    }
    return idle();
  }

  final void stop() {
    closed.countDown();
  }

  @Override
  public final void run() {
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
    List<C> batch = to == null ? List.of() : queue.drain(config.batchEntries());
    if (to != null && send(to, batch)) {
      acknowledged(batch.size());
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

  private boolean send(IMap<byte[], byte[]> to, List<C> batch) throws InterruptedException {
    try {
      List<CompletableFuture<?>> answers = new ArrayList<>();
      put(to, batch, answers);
      remove(to, batch, answers);
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get();
      return true;
    } catch (ExecutionException | RuntimeException e) {
      refused(batch.size());
      queue.returnBack(batch);
      log.debug("a batch of {} changes was refused and is tried again", batch.size(), e);
      return false;
    } catch (InterruptedException e) {
      queue.returnBack(batch);
      throw e;
    }
  }
}
