package dev.shunt.replication;

/** Where a session is in its life, as far as the packets from the client tell. */
public enum SessionState {
  /** Its first packet was seen. */
  OPENING,
  /** Packets went on after the first. */
  ESTABLISHED,
  /** The client sent FIN or RST. */
  CLOSING
}
