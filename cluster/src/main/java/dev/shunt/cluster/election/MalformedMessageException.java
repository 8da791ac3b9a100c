package dev.shunt.cluster.election;

/** Bytes that are no message of this format; says what was found and what is allowed. */
public final class MalformedMessageException extends Exception {

  private static final long serialVersionUID = 1;

  MalformedMessageException(String message) {
    super(message);
  }
}
