package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Ticker;
import dev.shunt.replication.ReplicationConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * For how long the owners of label blocks have been gone, as a majority sees it.
 *
 * <p>Time counts only while a majority of those that vote is present: a member that was cut off has
 * seen everybody gone and nobody was. Thread-safe.
 */
final class Absences {

  private final int voters;
  private final long quarantineNanos;
  private final Ticker ticker;
  private final Map<MemberId, Long> goneSinceNanos = new HashMap<>();
  private Set<MemberId> present = Set.of();

  Absences(ReplicationConfig config, Ticker ticker) {
    this.voters = config.voters();
    this.quarantineNanos = config.blocksGoneAfter().toNanos();
    this.ticker = ticker;
  }

  /** Membership shows these, those that only vote included. */
  synchronized void present(Set<MemberId> members) {
    present = Set.copyOf(members);
    goneSinceNanos.keySet().removeAll(present);
    forgetWithoutMajority();
  }

  /**
   * Takes note of who owns blocks now; to be called again and again.
   *
   * @param owners all of them
   * @param inTables who takes part in the shared tables, which may see members that membership does
   *     not
   */
  synchronized void observe(Set<MemberId> owners, Set<MemberId> inTables) {
    goneSinceNanos.keySet().retainAll(owners);
    goneSinceNanos.keySet().removeAll(inTables);
    long now = ticker.nanos();
    for (MemberId owner : owners) {
      if (!present.contains(owner) && !inTables.contains(owner)) {
        goneSinceNanos.putIfAbsent(owner, now);
      }
    }
    forgetWithoutMajority();
  }

  /** Whether this owner was gone all through the quarantine. */
  synchronized boolean isGone(MemberId owner) {
    Long since = goneSinceNanos.get(owner);
    return since != null && ticker.nanos() - since >= quarantineNanos;
  }

  private void forgetWithoutMajority() {
    if (present.size() * 2 <= voters) {
      goneSinceNanos.clear();
    }
  }
}
