package dev.shunt.replication.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Removes a binding where it lives unless it was used later than its remover knew, or cannot be
 * read.
 *
 * <p>Part of the format that members of neighbouring releases share: see {@link WireTypes}.
 */
final class RemoveUnused
    implements EntryProcessor<byte[], byte[], @Nullable Void>, IdentifiedDataSerializable {

  private static final long serialVersionUID = 1L;

  private int beforeSeconds;

  RemoveUnused() {}

  RemoveUnused(int beforeSeconds) {
    this.beforeSeconds = beforeSeconds;
  }

  @Override
  public @Nullable Void process(Map.Entry<byte[], byte[]> entry) {
    BindingCodec.Entry held = BindingCodec.entry(entry.getKey(), entry.getValue());
    if (held != null && held.binding().usedSeconds() < beforeSeconds) {
      entry.setValue(null);
    }
    return null;
  }

  @Override
  public int getFactoryId() {
    return WireTypes.FACTORY;
  }

  @Override
  public int getClassId() {
    return WireTypes.REMOVE_UNUSED;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeInt(beforeSeconds);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    beforeSeconds = in.readInt();
  }
}
