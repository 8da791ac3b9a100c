package dev.shunt.replication.hazelcast;

import com.hazelcast.map.IMap;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.Binding;
import dev.shunt.replication.ReplicationConfig;
import dev.shunt.replication.hazelcast.BindingQueue.Change;
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
 * The thread that brings changed bindings into the shared map, a batch at a time; the only one that
 * waits for the map's answers. A batch that was refused goes back into the queue.
 */
final class BindingWriter implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(BindingWriter.class);
  private static final long IDLE_MILLIS = 100;
  private static final long POLL_MILLIS = 5;
  private static final long RETRY_MILLIS = 50;

  private final ReplicationConfig config;
  private final BindingQueue queue;
  private final Ticker ticker;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable IMap<byte[], byte[]> map;
  private volatile boolean busy;

  BindingWriter(ReplicationConfig config, BindingQueue queue, Ticker ticker) {
    this.config = config;
    this.queue = queue;
    this.ticker = ticker;
  }

  /** Where to write from now on; null while there is nowhere. */
  void writeTo(@Nullable IMap<byte[], byte[]> newMap) {
    map = newMap;
  }

  void stop() {
    closed.countDown();
  }

  /** Waits until all is written, or for {@code patience}. */
  void awaitIdle(Duration patience) throws InterruptedException {
    long begin = ticker.nanos();
    while ((busy || queue.size() > 0) && ticker.nanos() - begin < patience.toNanos()) {
      closed.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void run() {
    try {
      while (closed.getCount() > 0) {
        queue.await(IDLE_MILLIS);
        if (queue.size() > 0) {
          busy = true;
          writeBatch();
          busy = false;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeBatch() throws InterruptedException {
    long begin = ticker.nanos();
    IMap<byte[], byte[]> to = map;
    List<Change> batch = to == null ? List.of() : queue.drain(config.batchEntries());
    if (to == null || !send(to, batch)) {
      closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    long rest = config.batchInterval().toNanos() - (ticker.nanos() - begin);
    if (rest > 0 && queue.size() < config.batchEntries()) {
      closed.await(rest, TimeUnit.NANOSECONDS);
    }
  }

  private boolean send(IMap<byte[], byte[]> to, List<Change> batch) throws InterruptedException {
    try {
      List<CompletableFuture<?>> answers = new ArrayList<>();
      put(to, batch, answers);
      remove(to, batch, answers);
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get();
      return true;
    } catch (ExecutionException | RuntimeException e) {
      queue.returnBack(batch);
      log.debug("a batch of {} bindings was refused and is tried again", batch.size(), e);
      return false;
    }
  }

  // The map is only iterated, never asked for a key.
  @SuppressWarnings("ArrayAsKeyOfSetOrMap")
  private static void put(
      IMap<byte[], byte[]> to, List<Change> batch, List<CompletableFuture<?>> answers) {
    Map<byte[], byte[]> entries = new HashMap<>();
    for (Change change : batch) {
      Binding now = change.table().find(change.binding().high(), change.binding().low());
      if (!change.removal() && now.isPresent()) {
        now.told(now.usedSeconds());
        entries.put(
            BindingCodec.key(change.table().number(), now),
            BindingCodec.value(now, change.sinceMicros()));
      }
    }
    if (!entries.isEmpty()) {
      answers.add(to.setAllAsync(entries).toCompletableFuture());
    }
  }

  // The set is only iterated, never asked for a key.
  @SuppressWarnings("ArrayAsKeyOfSetOrMap")
  private static void remove(
      IMap<byte[], byte[]> to, List<Change> batch, List<CompletableFuture<?>> answers) {
    Set<byte[]> keys = new HashSet<>();
    int before = Integer.MIN_VALUE;
    for (Change change : batch) {
      if (change.removal()) {
        keys.add(BindingCodec.key(change.table().number(), change.binding()));
        before = Math.max(before, change.binding().usedSeconds() + 1);
      }
    }
    if (!keys.isEmpty()) {
      answers.add(to.submitToKeys(keys, new RemoveUnused(before)).toCompletableFuture());
    }
  }
}
