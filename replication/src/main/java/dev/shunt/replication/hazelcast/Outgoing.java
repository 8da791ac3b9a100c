package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/** The way into the outgoing queue, which counts and remembers what did not fit. */
final class Outgoing {

  private final OutgoingQueue queue;
  private final Clock clock;
  private final Counters counters;
  private final AtomicBoolean lost = new AtomicBoolean();

  Outgoing(OutgoingQueue queue, Clock clock, Counters counters) {
    this.queue = queue;
    this.clock = clock;
    this.counters = counters;
  }

  void put(Flow flow) {
    note(queue.put(flow, clock.micros()));
  }

  void remove(Flow flow, Term term) {
    note(queue.remove(flow, term, clock.micros()));
  }

  /** Whether changes were lost since the last call of this method. */
  boolean takeLost() {
    return lost.getAndSet(false);
  }

  private void note(boolean fitted) {
    if (!fitted) {
      counters.overflowed.increment();
      lost.set(true);
    }
  }
}
