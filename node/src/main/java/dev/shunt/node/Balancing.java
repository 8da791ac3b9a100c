package dev.shunt.node;

/** How a server is chosen for a request that no stage has a preference for. */
public enum Balancing {
  /** In turn, smoothly by weight. Each event loop takes its own turns. */
  ROUND_ROBIN,
  /**
   * Of two servers, the next in turn and a random one, that with fewer requests under way on this
   * event loop (power of two choices).
   */
  LEAST_CONNECTIONS
}
