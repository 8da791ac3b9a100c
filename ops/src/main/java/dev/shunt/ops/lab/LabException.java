package dev.shunt.ops.lab;

/** A lab could not do what was asked; the message says what, where, and what is allowed. */
public final class LabException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LabException(String message) {
    super(message);
  }

  public LabException(String message, Throwable cause) {
    super(message, cause);
  }
}
