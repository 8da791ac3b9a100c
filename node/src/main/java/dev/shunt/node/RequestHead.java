package dev.shunt.node;

/** A request's head. */
public interface RequestHead extends MessageHead {

  String method();

  /** The target as received: mostly a path and a query. */
  String target();

  /** The offset of the target's first byte. */
  int targetStart();

  /** The offset after the target's last byte. */
  int targetEnd();

  /** What follows {@code Host:}, or the empty string of an HTTP/1.0 request without one. */
  String host();
}
