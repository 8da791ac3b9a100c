package dev.shunt.replication.hazelcast;

import dev.shunt.replication.ArrayState.Drained;
import dev.shunt.replication.ArrayState.Kind;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Drain decisions as they stand in the shared map: {@code kind:name} to version 1 (1 byte), drained
 * (1 byte), decided at (8 bytes, microseconds since the epoch).
 *
 * <p>An undrained name keeps its entry, so that of two decisions the later one wins even after a
 * split. As with sessions, a later release may append and this one ignores what it appended.
 */
final class DrainCodec {

  static final int MAX_KEY_CHARACTERS = 512;
  private static final byte VERSION = 1;
  private static final int VALUE_BYTES = 10;
  private static final int MAX_VALUE_BYTES = 256;

  private DrainCodec() {}

  /**
   * What was decided last.
   *
   * @param drained whether it is drained
   * @param atMicros when that was decided, by the clock of the member that was asked
   */
  record Decision(boolean drained, long atMicros) {

    boolean isAfter(Decision other) {
      return atMicros > other.atMicros;
    }
  }

  static String key(Drained who) {
    return who.kind().name().toLowerCase(Locale.ROOT) + ":" + who.name();
  }

  static @Nullable Drained who(@Nullable String key) {
    int colon = key == null ? -1 : key.indexOf(':');
    if (key == null || colon < 0 || key.length() > MAX_KEY_CHARACTERS) {
      return null;
    }
    for (Kind kind : Kind.values()) {
      if (key.substring(0, colon).equals(kind.name().toLowerCase(Locale.ROOT))) {
        return new Drained(kind, key.substring(colon + 1));
      }
    }
    return null;
  }

  static byte[] value(Decision decision) {
    return ByteBuffer.allocate(VALUE_BYTES)
        .put(VERSION)
        .put((byte) (decision.drained() ? 1 : 0))
        .putLong(decision.atMicros())
        .array();
  }

  static @Nullable Decision decision(byte @Nullable [] value) {
    if (value == null
        || value.length < VALUE_BYTES
        || value.length > MAX_VALUE_BYTES
        || value[0] != VERSION
        || (value[1] != 0 && value[1] != 1)) {
      return null;
    }
    return new Decision(value[1] == 1, ByteBuffer.wrap(value).getLong(2));
  }
}
