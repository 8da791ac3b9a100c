package dev.shunt.scheduler;

/** How a target is chosen for a new session (claims L4, H1, H17). */
public enum Algorithm {
  /** Weighted Maglev row by the hash of the 5-tuple: a change of the targets moves few flows. */
  MAGLEV(Pick.ROW),
  /** Weighted Maglev row by the hash of the source address: a client's sessions stay together. */
  SOURCE_HASH(Pick.SOURCE),
  /** One target after the other, as often as its weight says. */
  ROUND_ROBIN(Pick.ROUND_ROBIN),
  /** Of two random targets the one with fewer live sessions for its weight. */
  LEAST_CONNECTIONS(Pick.LEAST_CONNECTIONS),
  /** In turn, and the more often the sooner the target answers. */
  RESPONSE_TIME(Pick.ROUND_ROBIN),
  /** {@code (SRC_IP + DEST_IP + DEST_PORT) % N}, without a session table. */
  SUM3(Pick.SUM3),
  /** {@code (SRC_IP + SRC_PORT + DEST_IP + DEST_PORT + PROTOCOL) % N}, without a session table. */
  SUM5(Pick.SUM5);

  private final Pick pick;

  Algorithm(Pick pick) {
    this.pick = pick;
  }

  /** What the kernel does of it for each new session; the rest is in the row. */
  public Pick pick() {
    return pick;
  }

  /** Whether a target's share can be set by its weight: a remainder knows none. */
  public boolean isWeighted() {
    return !pick.isSum();
  }
}
