package dev.shunt.replication.local;

import dev.shunt.replication.Binding;
import dev.shunt.replication.BindingLimits;
import dev.shunt.replication.BindingStats;
import dev.shunt.replication.BindingTable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A copy with a clock, and nobody to tell; what tells others is built upon it. */
public class LocalBindingTable implements BindingTable {

  private final BindingCopy copy;
  private final BindingLimits limits;
  private final InstantSource clock;

  public LocalBindingTable(BindingCopy copy, BindingLimits limits, InstantSource clock) {
    this.copy = copy;
    this.limits = limits;
    this.clock = clock;
  }

  public final BindingLimits limits() {
    return limits;
  }

  @Override
  public final Binding find(long high, long low) {
    return copy.find(high, low);
  }

  @Override
  public Binding offer(long high, long low, long owner) {
    return copy.offer(new Binding(high, low, owner, 0, nowMicros(), nowSeconds()));
  }

  @Override
  public Binding move(Binding held, long owner) {
    return copy.replace(held, held.movedTo(owner, nowMicros(), nowSeconds()));
  }

  @Override
  public final void use(Binding binding) {
    binding.use(nowSeconds());
  }

  @Override
  public final boolean isIdle(Binding binding) {
    return nowSeconds() - binding.usedSeconds() >= limits.idleSeconds();
  }

  @Override
  public final int size() {
    return copy.size();
  }

  @Override
  public final void forEach(Consumer<Binding> action) {
    copy.forEach(action);
  }

  @Override
  public BindingStats stats() {
    return new BindingStats(copy.size(), copy.evicted(), 0, 0, 0, 0, 0, 0);
  }

  protected final int nowSeconds() {
    return (int) TimeUnit.MILLISECONDS.toSeconds(clock.millis());
  }

  private long nowMicros() {
    Instant now = clock.instant();
    return TimeUnit.SECONDS.toMicros(now.getEpochSecond())
        + TimeUnit.NANOSECONDS.toMicros(now.getNano());
  }
}
