package dev.shunt.replication.hazelcast;

import org.jspecify.annotations.Nullable;

/** After a split, of two entries of a flow the one that supersedes the other stays. */
public final class HigherTermWins extends BetterWins<SessionCodec.Entry> {

  @Override
  SessionCodec.@Nullable Entry read(Object key, byte[] value) {
    return SessionCodec.entry((byte[]) key, value);
  }

  @Override
  boolean isBetter(SessionCodec.Entry one, SessionCodec.Entry other) {
    int byTerm = one.session().term().compareTo(other.session().term());
    return byTerm != 0 ? byTerm > 0 : one.writtenMicros() > other.writtenMicros();
  }

  @Override
  public int getClassId() {
    return WireTypes.HIGHER_TERM_WINS;
  }
}
