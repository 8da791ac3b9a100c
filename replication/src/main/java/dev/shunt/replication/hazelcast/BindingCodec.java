package dev.shunt.replication.hazelcast;

import dev.shunt.replication.Binding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Bindings as they stand in the shared map.
 *
 * <p>Key: table (8 bytes, a hash of its name), the binding's key (16). Value: version 1 (1 byte),
 * generation (4), owner (8), bound at (8, microseconds since the epoch), used at (4, seconds since
 * the epoch), written at (8, microseconds). As with sessions, a later release may append and this
 * one ignores what it appended.
 */
final class BindingCodec {

  private static final byte VERSION = 1;
  private static final int KEY_BYTES = 24;
  private static final int VALUE_BYTES = 33;
  private static final int MAX_VALUE_BYTES = 256;
  private static final int MAX_GENERATION = Integer.MAX_VALUE - 1;

  /**
   * What a record says.
   *
   * @param writtenMicros when it was written, for the lag
   */
  record Entry(long table, Binding binding, long writtenMicros) {}

  private BindingCodec() {}

  /** The number that stands for a table's name. */
  static long table(String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java", e);
    }
  }

  static byte[] key(long table, Binding binding) {
    return ByteBuffer.allocate(KEY_BYTES)
        .putLong(table)
        .putLong(binding.high())
        .putLong(binding.low())
        .array();
  }

  static byte[] value(Binding binding, long writtenMicros) {
    return ByteBuffer.allocate(VALUE_BYTES)
        .put(VERSION)
        .putInt(binding.generation())
        .putLong(binding.owner())
        .putLong(binding.sinceMicros())
        .putInt(binding.usedSeconds())
        .putLong(writtenMicros)
        .array();
  }

  /** What a record says, or null if it cannot be read. */
  static @Nullable Entry entry(byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null
        || key.length != KEY_BYTES
        || value == null
        || value.length < VALUE_BYTES
        || value.length > MAX_VALUE_BYTES
        || value[0] != VERSION) {
      return null;
    }
    ByteBuffer keys = ByteBuffer.wrap(key);
    long table = keys.getLong();
    ByteBuffer values = ByteBuffer.wrap(value, 1, VALUE_BYTES - 1);
    int generation = values.getInt();
    if (generation < 0 || generation > MAX_GENERATION) {
      return null;
    }
    Binding binding =
        new Binding(
            keys.getLong(),
            keys.getLong(),
            values.getLong(),
            generation,
            values.getLong(),
            values.getInt());
    return new Entry(table, binding, values.getLong());
  }
}
