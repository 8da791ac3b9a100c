package dev.shunt.ops.bench;

/** A benchmark that cannot be run here, or measured something else than it was to. */
public final class BenchException extends Exception {

  private static final long serialVersionUID = 1L;

  public BenchException(String message) {
    super(message);
  }

  public BenchException(String message, Throwable cause) {
    super(message, cause);
  }
}
