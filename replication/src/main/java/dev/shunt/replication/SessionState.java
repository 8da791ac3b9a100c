package dev.shunt.replication;

/** Where a session is in its life, as far as the packets from the client tell. */
public enum SessionState {
  /** Its first packet was seen. */
  OPENING(0),
  /** Packets went on after the first. */
  ESTABLISHED(1),
  /** The client sent FIN or RST. */
  CLOSING(2);

  private final int number;

  SessionState(int number) {
    this.number = number;
  }

  /** The same in every release: members of neighbouring ones send it to each other. */
  public int number() {
    return number;
  }
}
