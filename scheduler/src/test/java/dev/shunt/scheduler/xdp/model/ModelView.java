package dev.shunt.scheduler.xdp.model;

import dev.shunt.replication.Flow;
import dev.shunt.scheduler.xdp.layout.Aside;
import dev.shunt.scheduler.xdp.model.ModelTables.Traffic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the model remembers, for comparison. */
public final class ModelView {

  private final ModelTables tables;
  private final PairRules pairs;

  public ModelView(Model model) {
    tables = model.tables;
    pairs = model.pairs;
  }

  public Map<Flow, ModelSession> sessions(boolean ipv4) {
    return tables.sessions(ipv4);
  }

  /** Labels that were ever written. */
  public Map<Integer, ModelLabel> labels() {
    return tables.labels;
  }

  /** Takes what was told since the last call. */
  public List<ModelEvent> takeEvents() {
    if (tables.events.isEmpty()) {
      return List.of();
    }
    List<ModelEvent> taken = new ArrayList<>(tables.events);
    tables.events.clear();
    return taken;
  }

  public long aside(Aside aside) {
    return tables.asides.getOrDefault(aside, 0L);
  }

  public long load(int target) {
    return tables.loads.getOrDefault(target, 0L);
  }

  public Traffic service(int index) {
    return tables.serviceTraffic.getOrDefault(index, new Traffic());
  }

  public Traffic target(int slot) {
    return tables.targetTraffic.getOrDefault(slot, new Traffic());
  }

  public List<Integer> pool() {
    return List.copyOf(tables.pool);
  }

  /** Pairs in the pool, held by a session that took them here, or resting. */
  public int pairs() {
    return tables.pool.size() + pairs.held() + pairs.resting.size();
  }

  /** The same, each counted once however often it is there. */
  public int differentPairs() {
    Set<Integer> all = new HashSet<>(tables.pool);
    all.addAll(pairs.resting);
    all.addAll(pairs.heldPairs());
    return all.size();
  }
}
