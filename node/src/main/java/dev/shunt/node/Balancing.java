package dev.shunt.node;

/** How a server is chosen for a request that no stage has a preference for. */
public enum Balancing {
  /** In turn, smoothly by weight. Each event loop takes its own turns. */
  ROUND_ROBIN,
  /**
   * Of two servers, the next in turn and a random one, that with fewer requests under way on this
   * event loop (power of two choices).
   */
  LEAST_CONNECTIONS,
  /**
   * Of two servers likewise, that which takes less time to begin its response, as this event loop
   * has seen it, times the requests under way.
   */
  RESPONSE_TIME,
  /** Equal keys get the same server on every member, see {@link HashKey}. */
  HASH
}
