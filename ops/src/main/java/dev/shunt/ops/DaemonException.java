package dev.shunt.ops;

/** The daemon cannot start; the message is one sentence for the operator. */
public final class DaemonException extends Exception {

  private static final long serialVersionUID = 1L;

  public DaemonException(String message, Throwable cause) {
    super(message, cause);
  }
}
