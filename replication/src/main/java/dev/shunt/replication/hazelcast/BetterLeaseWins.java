package dev.shunt.replication.hazelcast;

import org.jspecify.annotations.Nullable;

/** After a split, of two leases of a block the one that beats the other stays. */
public final class BetterLeaseWins extends BetterWins<BlockLease> {

  @Override
  @Nullable BlockLease read(Object key, byte[] value) {
    return BlockLease.of(value);
  }

  @Override
  boolean isBetter(BlockLease one, BlockLease other) {
    return one.beats(other);
  }

  @Override
  public int getClassId() {
    return WireTypes.BETTER_LEASE_WINS;
  }
}
