package dev.shunt.ops.admin;

import dev.shunt.ops.admin.model.PurgeReport;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  private final transient @Nullable PurgeReport purge;

  public ControlException(Reason reason, String message) {
    this(reason, message, null);
  }

  /**
   * @param purge what became of a purge on each member
   */
  public ControlException(Reason reason, String message, @Nullable PurgeReport purge) {
    super(message);
    this.reason = reason;
    this.purge = purge;
  }

  public Reason reason() {
    return reason;
  }

  /** What became of a purge that not every member obeyed; empty of all else. */
  public Optional<PurgeReport> purge() {
    return Optional.ofNullable(purge);
  }
}
