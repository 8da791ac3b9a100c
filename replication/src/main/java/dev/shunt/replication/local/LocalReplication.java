package dev.shunt.replication.local;

import dev.shunt.cluster.MemberId;
import dev.shunt.replication.ArrayState;
import dev.shunt.replication.Replication;
import dev.shunt.replication.ReplicationConfig;
import dev.shunt.replication.ReplicationStats;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Tables in this member's memory and nowhere else: for an array of one member, and for tests.
 *
 * <p>Complete as soon as it is started. No threads; listeners are called from the caller's.
 */
public final class LocalReplication implements Replication {

  private final MemberId self;
  private final SessionCopy copy;
  private final LocalSessionTable sessions;
  private final ArrayState arrayState = new LocalArrayState();
  private final LocalLabelBlocks labelBlocks = new LocalLabelBlocks();
  private final LocalBindings bindings;
  private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean started;

  public LocalReplication(MemberId self) {
    this(self, ReplicationConfig.DEFAULT_MAX_SESSIONS, () -> Instant.EPOCH);
  }

  /**
   * @param clock the wall clock, which bindings carry
   */
  public LocalReplication(MemberId self, int maxSessions, InstantSource clock) {
    this.self = self;
    this.copy = new SessionCopy(maxSessions);
    this.sessions = new LocalSessionTable(copy);
    this.bindings = new LocalBindings(clock);
  }

  @Override
  public void start() {
    become(true);
  }

  @Override
  public LocalSessionTable sessions() {
    return sessions;
  }

  @Override
  public ArrayState arrayState() {
    return arrayState;
  }

  @Override
  public LocalLabelBlocks labelBlocks() {
    return labelBlocks;
  }

  @Override
  public LocalBindings bindings() {
    return bindings;
  }

  /** Nobody else holds anything. */
  @Override
  public void expect(Set<MemberId> holders) {}

  /** Nobody else writes anything. */
  @Override
  public void follow(Optional<MemberId> scheduler) {}

  @Override
  public boolean complete() {
    return started;
  }

  @Override
  public void onComplete(Consumer<Boolean> listener) {
    listeners.add(listener);
  }

  /** There is nobody to wait for. */
  @Override
  public void suspect(Set<MemberId> gone) {}

  @Override
  public Set<MemberId> members() {
    return started ? Set.of(self) : Set.of();
  }

  @Override
  public ReplicationStats stats() {
    return new ReplicationStats(0, 0, 0, 0, 0, 0, copy.refused(), 0, 0, 0, 0, 0, copy.digest());
  }

  @Override
  public void close() {
    become(false);
  }

  private synchronized void become(boolean running) {
    if (started != running) {
      started = running;
      labelBlocks.start(running);
      listeners.forEach(listener -> listener.accept(running));
    }
  }
}
