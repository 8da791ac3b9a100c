package dev.shunt.scheduler.xdp.model;

/** Random numbers that a seed decides (SplitMix64), without allocation. */
public final class Dice {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private long state;

  public Dice(long seed) {
    state = seed;
  }

  /** Begins anew: the same for the same step of the same seed. */
  public void begin(long seed, long step) {
    state = mixed(seed) ^ (step * GOLDEN);
    next();
  }

  /** 64 random bits. */
  public long next() {
    state += GOLDEN;
    return mixed(state);
  }

  private static long mixed(long from) {
    long z = (from ^ (from >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** From 0 to below a limit. */
  public int below(int limit) {
    return (int) (((next() >>> 32) * limit) >>> 32);
  }

  /** Both ends included. */
  public int between(int least, int most) {
    return least + below(most - least + 1);
  }

  /** True in so many of a thousand cases. */
  public boolean often(int perMille) {
    return below(1000) < perMille;
  }

  /** One of several. */
  public int of(int... values) {
    return values[below(values.length)];
  }
}
