package dev.shunt.replication.hazelcast;

import dev.shunt.replication.Binding;
import dev.shunt.replication.BindingLimits;
import dev.shunt.replication.BindingStats;
import dev.shunt.replication.local.BindingCopy;
import dev.shunt.replication.local.LocalBindingTable;
import java.util.concurrent.atomic.LongAdder;

/** A member's copy of a table of bindings, whose changes go into the outgoing queue. */
final class HazelcastBindingTable extends LocalBindingTable {

  private final long number;
  private final BindingCopy copy;
  private final BindingQueue queue;
  private final LagWindow lag;
  private final LongAdder expired = new LongAdder();
  private final LongAdder conflicts = new LongAdder();

  // Of the thread that tends the tables.
  private int tendedSeconds;

  private HazelcastBindingTable(
      long number,
      BindingCopy copy,
      BindingLimits limits,
      BindingQueue queue,
      LagWindow lag,
      Clock clock) {
    super(copy, limits, clock.source());
    this.number = number;
    this.copy = copy;
    this.queue = queue;
    this.lag = lag;
  }

  /**
   * @param number what it is called in the shared map
   */
  static HazelcastBindingTable of(
      long number, BindingLimits limits, BindingQueue queue, LagWindow lag, Clock clock) {
    // The table and its copy know each other, and only the table is told to the queue.
    HazelcastBindingTable[] table = new HazelcastBindingTable[1];
    BindingCopy copy = new BindingCopy(limits, gone -> queue.remove(table[0], gone));
    table[0] = new HazelcastBindingTable(number, copy, limits, queue, lag, clock);
    return table[0];
  }

  long number() {
    return number;
  }

  BindingCopy copy() {
    return copy;
  }

  @Override
  public Binding offer(long high, long low, long owner) {
    Binding held = find(high, low);
    if (held.isPresent()) {
      return held;
    }
    Binding now = super.offer(high, low, owner);
    queue.put(this, now);
    return now;
  }

  @Override
  public Binding move(Binding held, long owner) {
    Binding now = super.move(held, owner);
    queue.put(this, now);
    return now;
  }

  /** Another member wrote this. */
  void arrived(Binding binding) {
    if (copy.arrive(binding) == BindingCopy.Outcome.WORSE) {
      conflicts.increment();
      queue.put(this, binding);
    }
  }

  /** Another member removed this; it comes back if it has been used here and nobody could know. */
  void departed(Binding removed) {
    int known = removed.usedSeconds() + limits().refreshSeconds() + 1;
    if (!copy.removeUnused(removed.high(), removed.low(), known)
        && find(removed.high(), removed.low()).isPresent()) {
      queue.put(this, removed);
    }
  }

  /** Tells others of uses, and takes out what nobody uses any more. */
  void tend() {
    int now = nowSeconds();
    if (now - tendedSeconds >= limits().refreshSeconds()) {
      tendedSeconds = now;
      // Others may have used it, and tell so within the refresh time.
      int forgetBefore = now - limits().idleSeconds() - 2 * limits().refreshSeconds();
      copy.forEach(binding -> tend(binding, forgetBefore));
    }
  }

  private void tend(Binding binding, int forgetBefore) {
    if (limits().forgetsIdle() && binding.usedSeconds() < forgetBefore) {
      if (copy.removeUnused(binding.high(), binding.low(), forgetBefore)) {
        expired.increment();
        queue.remove(this, binding);
      }
    } else if (binding.untoldSeconds() >= limits().refreshSeconds()) {
      queue.put(this, binding);
    }
  }

  @Override
  public BindingStats stats() {
    return new BindingStats(
        copy.size(),
        copy.evicted(),
        expired.sum(),
        conflicts.sum(),
        queue.size(),
        queue.overflowed(),
        lag.percentile(50),
        lag.percentile(99));
  }
}
