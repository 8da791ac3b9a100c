package dev.shunt.replication.hazelcast;

import org.jspecify.annotations.Nullable;

/** After a split, of two decisions about the same the later one stays. */
public final class LaterChangeWins extends BetterWins<DrainCodec.Decision> {

  @Override
  DrainCodec.@Nullable Decision read(Object key, byte[] value) {
    return DrainCodec.decision(value);
  }

  @Override
  boolean isBetter(DrainCodec.Decision one, DrainCodec.Decision other) {
    return one.isAfter(other);
  }

  @Override
  public int getClassId() {
    return WireTypes.LATER_CHANGE_WINS;
  }
}
