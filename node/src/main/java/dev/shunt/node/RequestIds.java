package dev.shunt.node;

/** Who is told the number under which a request can be explained, as {@code X-Request-Id}. */
public enum RequestIds {
  /** Nobody; what clients and servers say themselves passes. */
  OFF,
  /** Servers. What a client says is replaced, unless it is a trusted proxy: its own is kept. */
  SERVER,
  /** Servers and clients. */
  BOTH
}
