package dev.shunt.ops.lab;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A subcommand of {@code shunt lab}: what stands in its way is one message and exit code 1. */
abstract class LabAction implements Callable<Integer> {

  static final int OK = 0;
  static final int FAILED = 1;

  @Spec private @Nullable CommandSpec spec;

  /** Does it; answers the exit code. */
  abstract int act() throws Exception;

  @Override
  public final Integer call() throws Exception {
    try {
      return act();
    } catch (LabException e) {
      say(command().commandLine().getErr(), "shunt lab: " + e.getMessage());
      return FAILED;
    }
  }

  /** A line for whoever reads the result. */
  final void print(String line) {
    say(command().commandLine().getOut(), line);
  }

  /** A line on what goes on, which is not the result. */
  final void progress(String line) {
    say(command().commandLine().getErr(), line);
  }

  private CommandSpec command() {
    if (spec == null) {
      throw new IllegalStateException("not run as a command");
    }
    return spec;
  }

  private static void say(PrintWriter to, String line) {
    to.println(line);
    to.flush();
  }
}
