package dev.shunt.replication;

/**
 * That a server keeps what belongs to a key: an application's session id, or a group of clients.
 *
 * <p>A key is 128 bits, a hash of what it stands for. Immutable but for when it was used; those two
 * times may be changed by any thread. Of two bindings of a key the same one wins on every member,
 * in whatever order they arrive, see {@link #supersedes}.
 */
public final class Binding {

  /** Stands where a key has none. */
  public static final Binding NONE = new Binding(0, 0, 0, Integer.MIN_VALUE, 0, 0);

  private final long high;
  private final long low;
  private final long owner;
  private final int generation;
  private final long sinceMicros;
  private volatile int usedSeconds;
  private volatile int toldSeconds;

  /**
   * @param high the key's first 64 bits
   * @param low its last
   * @param owner the server, by a hash of its name
   * @param generation how often the key had another server before
   * @param sinceMicros since when it has this one, in microseconds since the epoch
   * @param usedSeconds when it was used last, in seconds since the epoch
   */
  public Binding(
      long high, long low, long owner, int generation, long sinceMicros, int usedSeconds) {
    this.high = high;
    this.low = low;
    this.owner = owner;
    this.generation = generation;
    this.sinceMicros = sinceMicros;
    this.usedSeconds = usedSeconds;
    this.toldSeconds = usedSeconds;
  }

  /** The key's next binding, to another server. */
  public Binding movedTo(long newOwner, long nowMicros, int nowSeconds) {
    return new Binding(high, low, newOwner, generation + 1, nowMicros, nowSeconds);
  }

  public boolean isPresent() {
    return generation >= 0;
  }

  public boolean isOf(long otherHigh, long otherLow) {
    return low == otherLow && high == otherHigh;
  }

  /**
   * Whether this one stays where both are known: it knows of more moves, or else it was first.
   * Where even that is equal the lower owner wins. A total order, so that members agree.
   */
  public boolean supersedes(Binding other) {
    if (generation != other.generation) {
      return generation > other.generation;
    }
    return sinceMicros != other.sinceMicros
        ? sinceMicros < other.sinceMicros
        : Long.compareUnsigned(owner, other.owner) < 0;
  }

  /** Takes note of a use; one that is older than the last known changes nothing. */
  public void use(int seconds) {
    if (usedSeconds < seconds) {
      usedSeconds = seconds;
    }
  }

  /** Other members know of uses up to then. */
  public void told(int seconds) {
    if (toldSeconds < seconds) {
      toldSeconds = seconds;
    }
  }

  public long high() {
    return high;
  }

  public long low() {
    return low;
  }

  public long owner() {
    return owner;
  }

  public int generation() {
    return generation;
  }

  public long sinceMicros() {
    return sinceMicros;
  }

  public int usedSeconds() {
    return usedSeconds;
  }

  /** For how many seconds other members have not been told of uses. */
  public int untoldSeconds() {
    return usedSeconds - toldSeconds;
  }
}
