package dev.shunt.scheduler;

/** The kernel refused; the message names the operation, its subject and the errno. */
public final class DataPlaneException extends Exception {

  private static final long serialVersionUID = 1L;

  public DataPlaneException(String message) {
    super(message);
  }

  public DataPlaneException(String message, Throwable cause) {
    super(message, cause);
  }
}
