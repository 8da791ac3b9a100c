package dev.shunt.replication.local;

import dev.shunt.replication.ArrayState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Array state that only this member knows. */
final class LocalArrayState implements ArrayState {

  private final List<Consumer<Set<Drained>>> listeners = new CopyOnWriteArrayList<>();
  private volatile Set<Drained> drained = Set.of();

  @Override
  public Set<Drained> drained() {
    return drained;
  }

  @Override
  public synchronized boolean drain(Drained who) {
    Set<Drained> next = new HashSet<>(drained);
    return next.add(who) && change(next);
  }

  @Override
  public synchronized boolean undrain(Drained who) {
    Set<Drained> next = new HashSet<>(drained);
    return next.remove(who) && change(next);
  }

  @Override
  public void listen(Consumer<Set<Drained>> listener) {
    listeners.add(listener);
  }

  private boolean change(Set<Drained> next) {
    Set<Drained> now = Set.copyOf(next);
    drained = now;
    listeners.forEach(listener -> listener.accept(now));
    return true;
  }
}
