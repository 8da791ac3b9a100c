package dev.shunt.node;

/** What is spoken to the servers of a service. */
public enum ServerProtocol {
  /** HTTP/1.1. */
  HTTP1,
  /** HTTP/2 over TLS; a server that does not agree to it (ALPN) counts as not reachable. */
  H2,
  /** HTTP/2 without TLS, known beforehand (RFC 9113 section 3.3). */
  H2C,
  /** Over TLS HTTP/2 where a server agrees to it, else HTTP/1.1. */
  AUTO
}
