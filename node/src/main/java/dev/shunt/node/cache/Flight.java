package dev.shunt.node.cache;

import dev.shunt.node.HeldRequest;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A request that is on its way to a server, and those that wait for its response. For many threads.
 *
 * <p>As many wait as clients have requests: each is one that its client waits for anyway.
 */
final class Flight {

  /** How it ended. */
  enum Outcome {
    PENDING,
    STORED,
    /** The response is for this one request alone. */
    UNSTORABLE,
    /** No server answered, or only with an error. */
    FAILED,
    /** Its client went away, or the response broke off. */
    ABANDONED
  }

  private record End(Outcome outcome, @Nullable StoredResponse stored) {}

  private static final End PENDING = new End(Outcome.PENDING, null);

  private final AtomicReference<End> end = new AtomicReference<>(PENDING);
  private final Queue<HeldRequest> waiting = new ConcurrentLinkedQueue<>();

  /** When the request for it began. */
  final Stamp stamp;

  Flight(Stamp stamp) {
    this.stamp = stamp;
  }

  Outcome outcome() {
    return end.get().outcome();
  }

  /** What it brought, if that was kept. */
  @Nullable StoredResponse stored() {
    return end.get().stored();
  }

  /** Waits for its end; a request that comes after it goes on at once. */
  void await(HeldRequest held) {
    waiting.add(held);
    if (outcome() != Outcome.PENDING) {
      resumeAll();
    }
  }

  /** Ends it; the first word counts. */
  void end(Outcome outcome, @Nullable StoredResponse stored) {
    if (end.compareAndSet(PENDING, new End(outcome, stored))) {
      resumeAll();
    }
  }

  private void resumeAll() {
    for (HeldRequest next = waiting.poll(); next != null; next = waiting.poll()) {
      next.resume();
    }
  }
}
