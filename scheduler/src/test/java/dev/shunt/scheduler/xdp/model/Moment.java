package dev.shunt.scheduler.xdp.model;

/** The machine's clocks and its random numbers, as the program under test is given them too. */
public final class Moment {

  /** Length of a timer tick, nanoseconds. */
  public static final long TICK = 4_000_000;

  private long nanos;
  private long random;

  public Moment(long nanos, long random) {
    this.nanos = nanos;
    this.random = random;
  }

  public long nanos() {
    return nanos;
  }

  public void pass(long more) {
    nanos += more;
  }

  /** Number of the timer tick. */
  public long tick() {
    return nanos / TICK;
  }

  /** The time as coarse as the tick. */
  public long coarse() {
    return tick() * TICK;
  }

  /** State of the generator of random numbers. */
  public long random() {
    return random;
  }

  /** The random numbers of a packet begin here. */
  public void seed(long value) {
    random = value;
  }

  /** 32 random bits: Knuth's generator of 64, the upper half. */
  int draw() {
    random = random * 6364136223846793005L + 1442695040888963407L;
    return (int) (random >>> 32);
  }
}
