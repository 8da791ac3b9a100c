package dev.shunt.replication.hazelcast;

import java.util.List;

/**
 * Changes that the other members have not been told, oldest first. Bounded. Thread-safe, and no
 * call waits except {@link #await}.
 *
 * @param <C> a change
 */
interface ChangeQueue<C> {

  /** Takes the oldest changes out, at most {@code max}. */
  List<C> drain(int max);

  /** Puts changes back that could not be sent. */
  void returnBack(List<C> unsent);

  int size();

  /** Waits until there may be something to drain, or the time is over. */
  void await(long millis) throws InterruptedException;
}
