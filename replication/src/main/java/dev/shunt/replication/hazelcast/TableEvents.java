package dev.shunt.replication.hazelcast;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.MapPartitionLostListener;
import com.hazelcast.partition.MigrationListener;
import com.hazelcast.partition.MigrationState;
import com.hazelcast.partition.ReplicaMigrationEvent;
import dev.shunt.cluster.MemberId;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** What happens to the shared tables as a whole, and which scans it makes necessary. */
final class TableEvents implements MembershipListener, MigrationListener {

  /** Why a scan is wanted. */
  enum Reason {
    /** Events may not have reached this member. */
    MAY_HAVE_MISSED,
    /** What the lost member acknowledged is in the table, but it may have told nobody yet. */
    MEMBER_LOST,
    /** All members that held some part are gone. */
    TABLE_LOST_ENTRIES,
    /** This member may have entries that were removed while it did not hear. */
    MAY_HAVE_TOO_MUCH,
    /** Changes by this member did not fit into its queue. */
    OUTGOING_OVERFLOW
  }

  private final CompletenessGate gate;
  private final Supplier<Set<MemberId>> members;
  private final Set<Reason> reasons = EnumSet.noneOf(Reason.class);
  private final AtomicLong moves = new AtomicLong();
  private volatile boolean migrating;
  private volatile boolean merging;

  TableEvents(CompletenessGate gate, Supplier<Set<MemberId>> members) {
    this.gate = gate;
    this.members = members;
  }

  void listenTo(HazelcastInstance hazelcast, IMap<byte[], byte[]> sessions) {
    migrating = false;
    merging = false;
    hazelcast.getLifecycleService().addLifecycleListener(this::lifecycle);
    hazelcast.getCluster().addMembershipListener(this);
    hazelcast.getPartitionService().addMigrationListener(this);
    MapPartitionLostListener lost = _ -> wantScan(Reason.TABLE_LOST_ENTRIES);
    sessions.addPartitionLostListener(lost);
  }

  synchronized void wantScan(Reason reason) {
    reasons.add(reason);
  }

  /** Whether a scan is wanted and would be of use now. */
  synchronized boolean scanDue() {
    return !reasons.isEmpty() && !merging;
  }

  synchronized Set<Reason> takeReasons() {
    Set<Reason> taken = EnumSet.copyOf(reasons);
    reasons.clear();
    return taken;
  }

  /** Grows whenever entries begin or end to move between members. */
  long moves() {
    return moves.get();
  }

  boolean quietSince(long before) {
    return !migrating && !merging && moves.get() == before;
  }

  @Override
  public void memberAdded(MembershipEvent event) {
    changed();
    wantScan(Reason.MAY_HAVE_MISSED);
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    changed();
    wantScan(Reason.MEMBER_LOST);
  }

  @Override
  public void migrationStarted(MigrationState state) {
    migrating = true;
    moves.incrementAndGet();
  }

  @Override
  public void migrationFinished(MigrationState state) {
    migrating = false;
    moves.incrementAndGet();
  }

  @Override
  public void replicaMigrationCompleted(ReplicaMigrationEvent event) {
    moves.incrementAndGet();
  }

  @Override
  public void replicaMigrationFailed(ReplicaMigrationEvent event) {
    moves.incrementAndGet();
  }

  private void changed() {
    moves.incrementAndGet();
    Set<MemberId> seen = members.get();
    gate.step(c -> c.seen(seen));
  }

  private void lifecycle(LifecycleEvent event) {
    switch (event.getState()) {
      case MERGING -> {
        merging = true;
        gate.step(Completeness::cutOff);
      }
      case MERGED, MERGE_FAILED -> {
        merging = false;
        changed();
        wantScan(Reason.MAY_HAVE_MISSED);
      }
      default -> {
        // The link sees for itself whether the instance runs.
      }
    }
  }
}
