package dev.shunt.replication.hazelcast;

import com.hazelcast.aggregation.Aggregator;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import dev.shunt.replication.Session;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;

/**
 * Sums the digests of a table's entries by part, where the entries live. What cannot be read counts
 * nowhere, as it comes into no copy.
 *
 * <p>Part of the format that members of neighbouring releases share: see {@link WireTypes}.
 */
final class PartDigests
    implements Aggregator<Map.Entry<byte[], byte[]>, long[]>, IdentifiedDataSerializable {

  private static final long serialVersionUID = 1L;

  private int bits;
  private long[] sums;

  PartDigests() {
    this(Parts.MIN_BITS);
  }

  PartDigests(int bits) {
    this.bits = bits;
    this.sums = new long[1 << bits];
  }

  void add(Session session) {
    sums[Parts.of(session.flow(), bits)] += session.digest();
  }

  @Override
  public void accumulate(Map.Entry<byte[], byte[]> entry) {
    SessionCodec.Entry read = SessionCodec.entry(entry.getKey(), entry.getValue());
    if (read != null) {
      add(read.session());
    }
  }

  @Override
  public void combine(@SuppressWarnings("rawtypes") Aggregator other) {
    long[] others = ((PartDigests) other).sums;
    for (int i = 0; i < sums.length; i++) {
      sums[i] += others[i];
    }
  }

  @Override
  public long[] aggregate() {
    return sums;
  }

  @Override
  public int getFactoryId() {
    return WireTypes.FACTORY;
  }

  @Override
  public int getClassId() {
    return WireTypes.PART_DIGESTS;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeInt(bits);
    out.writeLongArray(sums);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    bits = in.readInt();
    sums = Objects.requireNonNull(in.readLongArray());
    if (bits < Parts.MIN_BITS || bits > Parts.MAX_BITS || sums.length != 1 << bits) {
      throw new IOException("digests of 2^%d parts: %d sums".formatted(bits, sums.length));
    }
  }
}
