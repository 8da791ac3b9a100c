package dev.shunt.cluster;

/** A member did not answer; the message says which one, and why. */
public final class CallException extends Exception {

  private static final long serialVersionUID = 1L;

  public CallException(String message) {
    super(message);
  }
}
