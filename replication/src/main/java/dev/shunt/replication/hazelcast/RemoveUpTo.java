package dev.shunt.replication.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import dev.shunt.cluster.Term;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Removes an entry where it lives unless it carries a higher term, or cannot be read.
 *
 * <p>Part of the format that members of neighbouring releases share: see {@link WireTypes}.
 */
final class RemoveUpTo
    implements EntryProcessor<byte[], byte[], @Nullable Void>, IdentifiedDataSerializable {

  private static final long serialVersionUID = 1L;

  private long term;

  RemoveUpTo() {}

  RemoveUpTo(Term term) {
    this.term = term.number();
  }

  @Override
  public @Nullable Void process(Map.Entry<byte[], byte[]> entry) {
    byte @Nullable [] value = entry.getValue();
    Term held = value == null ? null : SessionCodec.term(value);
    if (held != null && held.number() <= term) {
      entry.setValue(null);
    }
    // No answer per key is much less to send.
    return null;
  }

  @Override
  public int getFactoryId() {
    return WireTypes.FACTORY;
  }

  @Override
  public int getClassId() {
    return WireTypes.REMOVE_UP_TO;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeLong(term);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    term = in.readLong();
  }
}
