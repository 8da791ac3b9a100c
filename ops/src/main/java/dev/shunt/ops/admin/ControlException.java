package dev.shunt.ops.admin;

/** A command or question that cannot be obeyed; the message is for the operator. */
public final class ControlException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why not, with the HTTP status that says so. */
  public enum Reason {
    /** There is no such member, service or server. */
    NOT_FOUND(404),
    /** Not in the state the array is in now. */
    CONFLICT(409),
    /** A part of the array that is needed does not answer. */
    UNAVAILABLE(503);

    private final int status;

    Reason(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }
  }

  private final Reason reason;

  public ControlException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
