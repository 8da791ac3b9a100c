package dev.shunt.replication.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.query.Predicate;
import dev.shunt.replication.Flow;
import java.io.IOException;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;

/**
 * The entries of some parts of the session table.
 *
 * <p>Part of the format that members of neighbouring releases share: see {@link WireTypes}.
 */
final class InParts implements Predicate<byte[], byte[]>, IdentifiedDataSerializable {

  private static final long serialVersionUID = 1L;

  // Written as numbers; Java's own serialization is not used.
  private transient Parts parts;

  InParts() {
    this(Parts.all(0));
  }

  InParts(Parts parts) {
    this.parts = parts;
  }

  @Override
  public boolean apply(Map.Entry<byte[], byte[]> entry) {
    Flow flow = SessionCodec.flow(entry.getKey());
    return flow != null && parts.contains(flow);
  }

  @Override
  public int getFactoryId() {
    return WireTypes.FACTORY;
  }

  @Override
  public int getClassId() {
    return WireTypes.IN_PARTS;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeInt(parts.bits());
    out.writeLongArray(parts.chosen().toLongArray());
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    int bits = in.readInt();
    long[] chosen = Objects.requireNonNull(in.readLongArray());
    try {
      parts = new Parts(bits, BitSet.valueOf(chosen));
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
  }
}
