package dev.shunt.ops.cli;

import dev.shunt.ops.admin.model.Problem;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ends a command with a sentence for the user and an exit code. */
public final class CommandException extends Exception {

  private static final long serialVersionUID = 1L;

  private final ExitCode code;
  private final transient @Nullable Problem problem;

  public CommandException(ExitCode code, String sentence) {
    super(sentence);
    this.code = code;
    this.problem = null;
  }

  /** The daemon refused. */
  CommandException(ExitCode code, Problem problem) {
    super(problem.detail());
    this.code = code;
    this.problem = problem;
  }

  public CommandException(ExitCode code, String sentence, Throwable cause) {
    super(sentence, cause);
    this.code = code;
    this.problem = null;
  }

  public ExitCode code() {
    return code;
  }

  /** What the daemon said; empty where it is not the daemon that refused. */
  Optional<Problem> problem() {
    return Optional.ofNullable(problem);
  }
}
