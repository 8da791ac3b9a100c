package dev.shunt.replication.hazelcast;

import dev.shunt.replication.Binding;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Changes of bindings. What does not fit is counted and remembered, for the tables to be compared
 * later. Takes no lock.
 */
final class BindingQueue implements ChangeQueue<BindingQueue.Change> {

  /**
   * A change that waits.
   *
   * @param binding the one that was put, of which the key is told and its binding by then; or the
   *     one removed
   * @param sinceMicros when that was
   */
  record Change(HazelcastBindingTable table, Binding binding, boolean removal, long sinceMicros) {}

  private final int capacity;
  private final Clock clock;
  private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();
  private final Semaphore filled = new Semaphore(0);
  private final AtomicBoolean lost = new AtomicBoolean();
  private final LongAdder overflowed = new LongAdder();

  BindingQueue(int capacity, Clock clock) {
    this.capacity = capacity;
    this.clock = clock;
  }

  void put(HazelcastBindingTable table, Binding binding) {
    add(new Change(table, binding, false, clock.micros()));
  }

  void remove(HazelcastBindingTable table, Binding binding) {
    add(new Change(table, binding, true, clock.micros()));
  }

  @Override
  public void returnBack(List<Change> unsent) {
    unsent.forEach(this::add);
  }

  @Override
  public List<Change> drain(int max) {
    List<Change> drained = new ArrayList<>(Math.min(max, size()));
    Change next = drained.size() < max ? changes.poll() : null;
    while (next != null) {
      size.decrementAndGet();
      drained.add(next);
      next = drained.size() < max ? changes.poll() : null;
    }
    return drained;
  }

  @Override
  public int size() {
    return size.get();
  }

  int capacity() {
    return capacity;
  }

  long overflowed() {
    return overflowed.sum();
  }

  /** Whether changes were lost since the last call of this method. */
  boolean takeLost() {
    return lost.getAndSet(false);
  }

  @Override
  public void await(long millis) throws InterruptedException {
    if (size() == 0) {
      // Left over from before the queue was drained, a permit only makes the caller drain nothing.
      filled.tryAcquire(millis, TimeUnit.MILLISECONDS);
    }
  }

  private void add(Change change) {
    int before = size.getAndIncrement();
    if (before >= capacity) {
      size.decrementAndGet();
      overflowed.increment();
      lost.set(true);
      return;
    }
    changes.add(change);
    if (before == 0 && filled.availablePermits() == 0) {
      filled.release();
    }
  }
}
