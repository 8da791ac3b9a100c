package dev.shunt.ops.cli;

/** Ends a command with a sentence for the user and an exit code. */
public final class CommandException extends Exception {

  private static final long serialVersionUID = 1L;

  private final ExitCode code;

  public CommandException(ExitCode code, String sentence) {
    super(sentence);
    this.code = code;
  }

  public CommandException(ExitCode code, String sentence, Throwable cause) {
    super(sentence, cause);
    this.code = code;
  }

  public ExitCode code() {
    return code;
  }
}
