package dev.shunt.replication.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/** After a split, of two decisions about the same the later one stays. */
public final class LaterChangeWins
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
    DrainCodec.Decision ours = DrainCodec.decision(mine);
    DrainCodec.Decision other = DrainCodec.decision(theirs);
    return other == null || (ours != null && ours.isAfter(other)) ? mine : theirs;
  }

  @Override
  public int getFactoryId() {
    return WireTypes.FACTORY;
  }

  @Override
  public int getClassId() {
    return WireTypes.LATER_CHANGE_WINS;
  }

  @Override
  public void writeData(ObjectDataOutput out) {}

  @Override
  public void readData(ObjectDataInput in) {}
}
