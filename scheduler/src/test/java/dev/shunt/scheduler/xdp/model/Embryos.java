package dev.shunt.scheduler.xdp.model;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Half-open sessions: a cache of 65,536 buckets by the flow's mark, four to a bucket, of which the
 * oldest gives way and, of equally old ones, the last. What is older than a minute is no more.
 */
final class Embryos {

  /**
   * A half-open session.
   *
   * @param tag the upper half of its flow's mark
   * @param since in quarters of a second, of which 16 bits are kept
   * @param asked whether its client asked for labels
   */
  record Embryo(int tag, int since, int target, boolean asked) {}

  private static final int BUCKETS = 65_536;
  private static final int WAYS = 4;
  private static final int QUARTER_SHIFT = 28;
  private static final int TIME_MASK = 0xffff;
  private static final int LIFE = (int) ((60 * Rules.SECOND) >> QUARTER_SHIFT);

  private final Map<Integer, @Nullable Embryo[]> buckets = new HashMap<>();

  @Nullable Embryo find(long mark, long nanos) {
    @Nullable Embryo[] bucket = buckets.get(bucketOf(mark));
    if (bucket == null) {
      return null;
    }
    for (Embryo embryo : bucket) {
      if (embryo != null && embryo.tag == tagOf(mark) && age(embryo, nanos) <= LIFE) {
        return embryo;
      }
    }
    return null;
  }

  void put(long mark, long nanos, int target, boolean asked) {
    @Nullable Embryo[] bucket = buckets.computeIfAbsent(bucketOf(mark), _ -> new Embryo[WAYS]);
    bucket[wayFor(bucket, mark, nanos)] = new Embryo(tagOf(mark), quarters(nanos), target, asked);
  }

  void forget(long mark) {
    @Nullable Embryo[] bucket = buckets.get(bucketOf(mark));
    for (int i = 0; bucket != null && i < WAYS; i++) {
      Embryo embryo = bucket[i];
      if (embryo != null && embryo.tag == tagOf(mark)) {
        bucket[i] = null;
      }
    }
  }

  /** The flow's own, else a free one, else the oldest. */
  private static int wayFor(@Nullable Embryo[] bucket, long mark, long nanos) {
    int best = 0;
    int bestRank = -1;
    for (int i = 0; i < WAYS; i++) {
      Embryo embryo = bucket[i];
      int rank = TIME_MASK + 1;
      if (embryo != null) {
        rank = embryo.tag == tagOf(mark) ? TIME_MASK + 2 : age(embryo, nanos);
      }
      if (rank >= bestRank) {
        best = i;
        bestRank = rank;
      }
    }
    return best;
  }

  private static int bucketOf(long mark) {
    return (int) (mark & (BUCKETS - 1));
  }

  private static int tagOf(long mark) {
    return (int) (mark >>> 32);
  }

  private static int quarters(long nanos) {
    return (int) (nanos >>> QUARTER_SHIFT) & TIME_MASK;
  }

  /** One more than it is, so that one of a CPU whose clock is a little ahead is the youngest. */
  private static int age(Embryo embryo, long nanos) {
    return (quarters(nanos) - embryo.since + 1) & TIME_MASK;
  }
}
