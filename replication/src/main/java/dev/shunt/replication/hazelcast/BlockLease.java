package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.MemberId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The right of a member to give out the labels of a block, as it stands in the shared map: version
 * 1 (1 byte), generation (4 bytes), since (8 bytes), life (8 bytes), length of the owner's name (1
 * byte), the name.
 *
 * <p>As with sessions, a later release may append and this one ignores what it appended.
 *
 * @param owner whose right it is
 * @param life of the owner's process, a number that no other life has
 * @param generation how often the block was taken over from a member that was gone
 * @param sinceMicros when it was taken, in microseconds since the epoch by the owner's clock
 */
record BlockLease(MemberId owner, long life, int generation, long sinceMicros) {

  private static final byte VERSION = 1;
  private static final int FIXED_BYTES = 22;
  private static final int MAX_BYTES = 256;

  /**
   * Whether this one counts where two members lease the same block. A lease taken over from another
   * one is there because the other's owner was gone; else the earlier one has more sessions to
   * lose. The same answer on every member, whatever it has heard in which order.
   */
  boolean beats(BlockLease other) {
    if (generation != other.generation) {
      return generation > other.generation;
    }
    if (sinceMicros != other.sinceMicros) {
      return sinceMicros < other.sinceMicros;
    }
    int byName = owner.compareTo(other.owner);
    return byName != 0 ? byName < 0 : life > other.life;
  }

  byte[] bytes() {
    byte[] name = owner.value().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(FIXED_BYTES + name.length)
        .put(VERSION)
        .putInt(generation)
        .putLong(sinceMicros)
        .putLong(life)
        .put((byte) name.length)
        .put(name)
        .array();
  }

  /** The lease that these bytes are; null if they are none. */
  static @Nullable BlockLease of(byte @Nullable [] bytes) {
    if (bytes == null
        || bytes.length < FIXED_BYTES
        || bytes.length > MAX_BYTES
        || bytes[0] != VERSION) {
      return null;
    }
    ByteBuffer from = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    int generation = from.getInt();
    long since = from.getLong();
    long life = from.getLong();
    int length = from.get();
    if (length < 0 || length > from.remaining() || generation < 0) {
      return null;
    }
    try {
      String name = new String(bytes, FIXED_BYTES, length, StandardCharsets.US_ASCII);
      return new BlockLease(new MemberId(name), life, generation, since);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
