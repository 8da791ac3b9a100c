package dev.shunt.ops.daemon;

import dev.shunt.cluster.MemberId;
import dev.shunt.replication.ArrayState;
import dev.shunt.replication.BindingTables;
import dev.shunt.replication.LabelBlocks;
import dev.shunt.replication.Replication;
import dev.shunt.replication.ReplicationStats;
import dev.shunt.replication.local.LocalReplication;
import dev.shunt.replication.local.LocalSessionTable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Local tables that remember what they were told of the other members. Thread-safe. */
final class WatchedReplication implements Replication {

  private final LocalReplication tables = new LocalReplication(Three.SELF);
  private final List<MemberId> suspects = new CopyOnWriteArrayList<>();
  private volatile Set<MemberId> expected = Set.of();
  private volatile boolean heldBack;
  private volatile Optional<MemberId> writer = Optional.empty();

  @Override
  public void start() {
    tables.start();
  }

  @Override
  public LocalSessionTable sessions() {
    return tables.sessions();
  }

  @Override
  public ArrayState arrayState() {
    return tables.arrayState();
  }

  @Override
  public LabelBlocks labelBlocks() {
    return tables.labelBlocks();
  }

  @Override
  public BindingTables bindings() {
    return tables.bindings();
  }

  @Override
  public void expect(Set<MemberId> holders) {
    expected = Set.copyOf(holders);
  }

  @Override
  public void follow(Optional<MemberId> scheduler) {
    writer = scheduler;
  }

  @Override
  public boolean complete() {
    return tables.complete() && !heldBack;
  }

  @Override
  public void onComplete(Consumer<Boolean> listener) {
    tables.onComplete(listener);
  }

  @Override
  public void suspect(Set<MemberId> gone) {
    suspects.addAll(gone);
  }

  @Override
  public Set<MemberId> members() {
    return tables.members();
  }

  @Override
  public ReplicationStats stats() {
    return tables.stats();
  }

  @Override
  public void close() {
    tables.close();
  }

  /** Whether the tables do not come. */
  void holdBack(boolean held) {
    heldBack = held;
  }

  /** Whom it was told to take for gone, in order. */
  List<MemberId> suspects() {
    return suspects;
  }

  /** Who writes sessions, if that is another member in view. */
  Optional<MemberId> writer() {
    return writer;
  }

  /** Whom it shall wait for. */
  Set<MemberId> expected() {
    return expected;
  }
}
