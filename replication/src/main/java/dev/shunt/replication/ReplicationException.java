package dev.shunt.replication;

/** The array did not take a write; the message says what and why. */
public final class ReplicationException extends Exception {

  private static final long serialVersionUID = 1L;

  public ReplicationException(String message, Throwable cause) {
    super(message, cause);
  }

  public ReplicationException(String message) {
    super(message);
  }
}
