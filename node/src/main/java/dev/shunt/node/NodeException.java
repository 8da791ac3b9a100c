package dev.shunt.node;

/** The node could not start; the message says what, where, and what is allowed. */
public final class NodeException extends Exception {

  private static final long serialVersionUID = 1L;

  public NodeException(String message) {
    super(message);
  }

  public NodeException(String message, Throwable cause) {
    super(message, cause);
  }
}
