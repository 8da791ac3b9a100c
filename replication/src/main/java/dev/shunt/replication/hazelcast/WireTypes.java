package dev.shunt.replication.hazelcast;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import org.jspecify.annotations.Nullable;

/** The numbers by which this array's members name classes to each other; never reused. */
final class WireTypes implements DataSerializableFactory {

  static final int FACTORY = 5470;
  static final int REMOVE_UP_TO = 1;
  static final int HIGHER_TERM_WINS = 2;
  static final int LATER_CHANGE_WINS = 3;
  static final int BETTER_LEASE_WINS = 4;
  static final int REMOVE_UNUSED = 5;
  static final int BETTER_BINDING_WINS = 6;
  static final int PART_DIGESTS = 7;
  static final int IN_PARTS = 8;

  @Override
  public @Nullable IdentifiedDataSerializable create(int type) {
    return switch (type) {
      case REMOVE_UP_TO -> new RemoveUpTo();
      case HIGHER_TERM_WINS -> new HigherTermWins();
      case LATER_CHANGE_WINS -> new LaterChangeWins();
      case BETTER_LEASE_WINS -> new BetterLeaseWins();
      case REMOVE_UNUSED -> new RemoveUnused();
      case BETTER_BINDING_WINS -> new BetterBindingWins();
      case PART_DIGESTS -> new PartDigests();
      case IN_PARTS -> new InParts();
      default -> null;
    };
  }
}
