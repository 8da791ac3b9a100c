package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The flows whose latest state the other members have not been told.
 *
 * <p>Holds one change per flow, so that a flow that changes ten times while the shared tables are
 * stalled is sent once; and holds no session, which is looked up when it is sent. A change that
 * does not fit is refused and the caller counts it.
 */
final class OutgoingQueue implements ChangeQueue<OutgoingQueue.Change> {

  /**
   * A change that waits.
   *
   * @param flow whose
   * @param removal the term of the scheduler that removed it; null when it was put
   * @param sinceMicros when the oldest of the changes was made that this one stands for
   */
  record Change(Flow flow, @Nullable Term removal, long sinceMicros) {}

  private final int capacity;
  private final int reserve;
  private final Semaphore filled = new Semaphore(0);
  private final Map<Flow, Change> changes = new LinkedHashMap<>();

  /**
   * @param capacity how many changes wait at most
   * @param reserve how many more removals may wait: a put that was refused is found again in the
   *     copy, a removal nowhere
   */
  OutgoingQueue(int capacity, int reserve) {
    this.capacity = capacity;
    this.reserve = reserve;
  }

  /** Returns false when the queue is full. */
  boolean put(Flow flow, long nowMicros) {
    return add(flow, null, nowMicros);
  }

  /** Returns false when the queue is full. */
  boolean remove(Flow flow, Term term, long nowMicros) {
    return add(flow, term, nowMicros);
  }

  @Override
  public synchronized List<Change> drain(int max) {
    List<Change> drained = new ArrayList<>(Math.min(max, changes.size()));
    Iterator<Change> oldest = changes.values().iterator();
    while (drained.size() < max && oldest.hasNext()) {
      drained.add(oldest.next());
      oldest.remove();
    }
    return drained;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Except where a newer one waits. May exceed the capacity by one batch.
   */
  @Override
  public synchronized void returnBack(List<Change> unsent) {
    unsent.forEach(change -> changes.putIfAbsent(change.flow(), change));
  }

  @Override
  public synchronized int size() {
    return changes.size();
  }

  @Override
  public void await(long millis) throws InterruptedException {
    if (size() == 0) {
      // Left over from before the queue was drained, a permit only makes the caller drain nothing.
      filled.tryAcquire(millis, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized boolean add(Flow flow, @Nullable Term removal, long nowMicros) {
    Change waiting = changes.get(flow);
    if (waiting != null) {
      changes.put(flow, new Change(flow, removal, waiting.sinceMicros()));
      return true;
    }
    if (changes.size() >= (removal == null ? capacity : capacity + reserve)) {
      return false;
    }
    changes.put(flow, new Change(flow, removal, nowMicros));
    if (changes.size() == 1 && filled.availablePermits() == 0) {
      filled.release();
    }
    return true;
  }
}
