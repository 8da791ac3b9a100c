package dev.shunt.replication.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/** After a split, of two entries of a flow the one that supersedes the other stays. */
public final class HigherTermWins
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
    return wins(SessionCodec.entry(key, mine), SessionCodec.entry(key, theirs)) ? mine : theirs;
  }

  private static boolean wins(
      SessionCodec.@Nullable Entry mine, SessionCodec.@Nullable Entry theirs) {
    if (mine == null || theirs == null) {
      return theirs == null;
    }
    int byTerm = mine.session().term().compareTo(theirs.session().term());
    return byTerm != 0 ? byTerm > 0 : mine.writtenMicros() > theirs.writtenMicros();
  }

  @Override
  public int getFactoryId() {
    return WireTypes.FACTORY;
  }

  @Override
  public int getClassId() {
    return WireTypes.HIGHER_TERM_WINS;
  }

  @Override
  public void writeData(ObjectDataOutput out) {}

  @Override
  public void readData(ObjectDataInput in) {}
}
