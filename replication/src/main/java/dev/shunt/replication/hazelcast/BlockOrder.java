package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.MemberId;
import dev.shunt.replication.LabelBlock;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The order in which a member likes label blocks: every block has a rendezvous order of the
 * members, and a member likes those best for which it stands first.
 *
 * <p>So members that do not hear each other take different blocks until they have used up what is
 * theirs alone. Only a preference: members that know of different ones disagree without harm.
 */
final class BlockOrder {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final int[] blocks;

  BlockOrder(MemberId self, List<MemberId> members) {
    int[] ranks =
        IntStream.range(0, LabelBlock.COUNT).map(block -> rank(block, self, members)).toArray();
    blocks =
        IntStream.range(0, LabelBlock.COUNT)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingInt(block -> ranks[block])
                    .thenComparing(Comparator.naturalOrder()))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /** The best-liked block of those that will do. */
  OptionalInt first(IntPredicate willDo) {
    for (int block : blocks) {
      if (willDo.test(block)) {
        return OptionalInt.of(block);
      }
    }
    return OptionalInt.empty();
  }

  private static int rank(int block, MemberId self, List<MemberId> members) {
    long own = weight(block, self);
    return (int) members.stream().filter(member -> weight(block, member) > own).count();
  }

  /** The finalizer of MurmurHash3 over name and block. */
  private static long weight(int block, MemberId member) {
    long hash = member.value().hashCode() * GOLDEN + block;
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}
