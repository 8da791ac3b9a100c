package dev.shunt.replication.local;

import dev.shunt.replication.BindingLimits;
import dev.shunt.replication.BindingTable;
import dev.shunt.replication.BindingTables;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tables of bindings that only this member knows. No threads: an idle binding stays in its place
 * until another needs it.
 */
public final class LocalBindings implements BindingTables {

  private final Map<String, LocalBindingTable> tables = new ConcurrentHashMap<>();
  private final InstantSource clock;

  public LocalBindings(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public BindingTable open(String name, BindingLimits limits) {
    BindingTables.requireRoom(name, tables.size());
    LocalBindingTable table =
        tables.computeIfAbsent(
            name, _ -> new LocalBindingTable(new BindingCopy(limits, _ -> {}), limits, clock));
    BindingTables.requireSame(name, limits, table.limits());
    return table;
  }

  @Override
  public boolean loaded() {
    return true;
  }
}
