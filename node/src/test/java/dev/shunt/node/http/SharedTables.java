package dev.shunt.node.http;

import dev.shunt.replication.BindingLimits;
import dev.shunt.replication.BindingTable;
import dev.shunt.replication.BindingTables;
import dev.shunt.replication.local.LocalBindings;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Tables of several nodes, as if whatever one of them writes were at the others at once. */
final class SharedTables implements BindingTables {

  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final LocalBindings tables = new LocalBindings(() -> now);
  private final Map<String, BindingTable> open = new ConcurrentHashMap<>();

  @Override
  public BindingTable open(String name, BindingLimits limits) {
    return open.computeIfAbsent(name, _ -> tables.open(name, limits));
  }

  @Override
  public boolean loaded() {
    return true;
  }

  BindingTable table(String name) {
    return Objects.requireNonNull(open.get(name));
  }

  void advance(Duration time) {
    now = now.plus(time);
  }
}
