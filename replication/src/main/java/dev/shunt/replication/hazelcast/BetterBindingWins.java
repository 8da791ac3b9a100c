package dev.shunt.replication.hazelcast;

import dev.shunt.replication.Binding;
import org.jspecify.annotations.Nullable;

/** After a split, of two bindings of a key the one that supersedes the other stays. */
public final class BetterBindingWins extends BetterWins<BindingCodec.Entry> {

  @Override
  BindingCodec.@Nullable Entry read(Object key, byte[] value) {
    return BindingCodec.entry((byte[]) key, value);
  }

  @Override
  boolean isBetter(BindingCodec.Entry one, BindingCodec.Entry other) {
    Binding mine = one.binding();
    Binding theirs = other.binding();
    return mine.supersedes(theirs)
        || (!theirs.supersedes(mine) && mine.usedSeconds() > theirs.usedSeconds());
  }

  @Override
  public int getClassId() {
    return WireTypes.BETTER_BINDING_WINS;
  }
}
