package dev.shunt.replication.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/**
 * After a split, of two values of a key the better one stays; one that cannot be read loses.
 *
 * <p>Its classes are part of the format that members of neighbouring releases share: see {@link
 * WireTypes}.
 *
 * @param <V> what a value says
 */
abstract class BetterWins<V>
    implements SplitBrainMergePolicy<byte[], MergingEntry<Object, byte[]>, byte @Nullable []>,
        IdentifiedDataSerializable {

  /**
   * What a value says; null if it cannot be read.
   *
   * @param key of the type that the map's keys have
   */
  abstract @Nullable V read(Object key, byte[] value);

  /** Whether one replaces the other that is there. */
  abstract boolean isBetter(V one, V other);

  @Override
  public final byte @Nullable [] merge(
      MergingEntry<Object, byte[]> merging, @Nullable MergingEntry<Object, byte[]> existing) {
    byte[] mine = merging.getDeserializedValue();
    if (existing == null) {
      return mine;
    }
    byte[] theirs = existing.getDeserializedValue();
    Object key = merging.getKey();
    V other = read(key, theirs);
    if (other == null) {
      return mine;
    }
    V one = read(key, mine);
    return one != null && isBetter(one, other) ? mine : theirs;
  }

  @Override
  public final int getFactoryId() {
    return WireTypes.FACTORY;
  }

  @Override
  public final void writeData(ObjectDataOutput out) {}

  @Override
  public final void readData(ObjectDataInput in) {}
}
