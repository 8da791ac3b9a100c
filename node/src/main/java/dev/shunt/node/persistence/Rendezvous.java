package dev.shunt.node.persistence;

import dev.shunt.node.Exchange;
import dev.shunt.node.Server;
import dev.shunt.node.ServerPool;

/**
 * Weighted rendezvous hashing (D. G. Thaler, C. V. Ravishankar, 1998): of the servers that take new
 * sessions each has the share of keys that its weight says; one that comes or goes moves its own
 * share and no other. The same on every member that sees the same servers.
 */
final class Rendezvous {

  private static final double UNIT = 0x1p-53;

  private Rendezvous() {}

  /** The server of a key, or {@link Exchange#NO_SERVER} when none takes new sessions. */
  static int choose(long key, ServerPool pool, ServerNumbers numbers) {
    int best = Exchange.NO_SERVER;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < pool.size(); i++) {
      Server server = pool.server(i);
      if (server.state().takesNew()) {
        double score = score(mixed(key * 0x9e3779b97f4a7c15L ^ numbers.of(i)), server.weight());
        if (score < least) {
          least = score;
          best = i;
        }
      }
    }
    return best;
  }

  /**
   * Exponentially distributed, with the weight for its rate; by StrictMath, equal on all machines.
   */
  private static double score(long hash, int weight) {
    double uniform = ((hash >>> 11) + 0.5) * UNIT;
    return -StrictMath.log(uniform) / weight;
  }

  /** The finalizer of SplitMix64 (G. Steele and others, 2014). */
  private static long mixed(long word) {
    long a = (word ^ (word >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
