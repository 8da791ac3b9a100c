package dev.shunt.node.http;

/** By when something must have happened on a client's connection: one at a time. */
final class Deadline {

  /** What is awaited. */
  enum Kind {
    NONE,
    IDLE,
    HEADER,
    BODY,
    RESPONSE,
    RESPONSE_BODY,
    TUNNEL,
    CLOSING,
    LINGER
  }

  private Kind kind = Kind.NONE;
  private long at;

  void set(Kind awaited, long nanos) {
    kind = awaited;
    at = nanos;
  }

  void clear() {
    kind = Kind.NONE;
  }

  boolean awaits(Kind asked) {
    return kind == asked;
  }

  boolean passed(long now) {
    return kind != Kind.NONE && now - at >= 0;
  }

  /** What did not happen; nothing is awaited from then on. */
  Kind take() {
    Kind missed = kind;
    kind = Kind.NONE;
    return missed;
  }
}
