package dev.shunt.node.choice;

import dev.shunt.node.Server;
import java.util.List;

/**
 * Which servers a key has, in which order: weighted rendezvous hashing (Schindelhauer and
 * Schomaker, "Weighted distributed hash tables", 2005) of a fixed number of buckets, worked out
 * once, so that a request costs an array access. Immutable.
 *
 * <p>Names and weights of servers alone decide, so every member and event loop has the same. The
 * states of servers have no say in it: when one is down, its buckets alone move, each to its next
 * server, and move back; one more server takes its share from all others, and nothing else moves.
 */
public final class HashRanks {

  /** Servers that are looked at for a key before there is none. */
  public static final int STEPS = 256;

  /** Of 256 servers each has 64 or so. */
  private static final int BUCKET_BITS = 14;

  private static final int RANKS = 4;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int MANTISSA = 53;

  private final int ranks;
  private final byte[] servers;

  public HashRanks(List<Server> of) {
    ranks = Math.min(RANKS, of.size());
    servers = new byte[ranks << BUCKET_BITS];
    long[] names = of.stream().mapToLong(server -> KeyHash.of(server.name())).toArray();
    double[] best = new double[ranks];
    for (int bucket = 0; bucket < 1 << BUCKET_BITS; bucket++) {
      long place = KeyHash.mix((bucket + 1) * GOLDEN);
      int found = 0;
      for (int i = 0; i < names.length; i++) {
        found = insert(bucket * ranks, found, best, i, score(names[i], place, of.get(i).weight()));
      }
    }
  }

  private static double score(long name, long place, int weight) {
    double unit = ((KeyHash.mix(name ^ place) >>> (64 - MANTISSA)) + 0.5) / (1L << MANTISSA);
    // The same to the last bit on every machine.
    return weight / -StrictMath.log(unit);
  }

  /** Keeps the best few in order; how many there are, is returned. */
  private int insert(int base, int found, double[] best, int server, double score) {
    int at = found;
    while (at > 0 && score > best[at - 1]) {
      at--;
    }
    if (at == ranks) {
      return found;
    }
    for (int i = Math.min(found, ranks - 1); i > at; i--) {
      best[i] = best[i - 1];
      servers[base + i] = servers[base + i - 1];
    }
    best[at] = score;
    servers[base + at] = (byte) server;
    return Math.min(found + 1, ranks);
  }

  /**
   * The index of a key's server, where there is any.
   *
   * @param step 0 for the first, 1 for the next and so on, below {@link #STEPS}; the same may come
   *     more than once
   */
  public int server(long key, int step) {
    int round = step / ranks;
    // When a bucket's servers are all out of the question, another one is as good.
    long place = round == 0 ? key : KeyHash.mix(key + round * GOLDEN);
    int bucket = (int) (place >>> (64 - BUCKET_BITS));
    return servers[bucket * ranks + step % ranks] & 0xFF;
  }

  public boolean isEmpty() {
    return ranks == 0;
  }
}
