package dev.shunt.replication.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import dev.shunt.replication.Binding;
import org.jspecify.annotations.Nullable;

/** After a split, of two bindings of a key the one that supersedes the other stays. */
public final class BetterBindingWins
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
    byte[] key = (byte[]) merging.getKey();
    return wins(BindingCodec.entry(key, mine), BindingCodec.entry(key, theirs)) ? mine : theirs;
  }

  private static boolean wins(
      BindingCodec.@Nullable Entry mine, BindingCodec.@Nullable Entry theirs) {
    if (mine == null || theirs == null) {
      return theirs == null;
    }
    Binding one = mine.binding();
    Binding other = theirs.binding();
    return one.supersedes(other)
        || (!other.supersedes(one) && one.usedSeconds() > other.usedSeconds());
  }

  @Override
  public int getFactoryId() {
    return WireTypes.FACTORY;
  }

  @Override
  public int getClassId() {
    return WireTypes.BETTER_BINDING_WINS;
  }

  @Override
  public void writeData(ObjectDataOutput out) {}

  @Override
  public void readData(ObjectDataInput in) {}
}
