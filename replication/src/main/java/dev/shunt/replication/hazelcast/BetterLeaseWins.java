package dev.shunt.replication.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/** After a split, of two leases of a block the one that beats the other stays. */
public final class BetterLeaseWins
    implements SplitBrainMergePolicy<byte[], MergingEntry<Object, byte[]>, byte @Nullable []>,
        IdentifiedDataSerializable {

  @Override
  public byte @Nullable [] merge(
      MergingEntry<Object, byte[]> merging, @Nullable MergingEntry<Object, byte[]> existing) {
    byte[] mine = merging.getDeserializedValue();
    if (existing == null) {
      return mine;
    }
    byte[] theirs = existing.getDeserializedValue();
    BlockLease ours = BlockLease.of(mine);
    BlockLease other = BlockLease.of(theirs);
    return other == null || (ours != null && ours.beats(other)) ? mine : theirs;
  }

  @Override
  public int getFactoryId() {
    return WireTypes.FACTORY;
  }

  @Override
  public int getClassId() {
    return WireTypes.BETTER_LEASE_WINS;
  }

  @Override
  public void writeData(ObjectDataOutput out) {}

  @Override
  public void readData(ObjectDataInput in) {}
}
