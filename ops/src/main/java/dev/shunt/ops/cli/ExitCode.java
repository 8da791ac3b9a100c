package dev.shunt.ops.cli;

import java.util.List;

/** What a command's exit code says; the same for all commands. */
public enum ExitCode {
  OK(0, "done"),
  FAILED(1, "failed while doing it"),
  USAGE(2, "the command line or the configuration is wrong"),
  UNREACHABLE(3, "no daemon answers"),
  REFUSED(4, "the daemon refused: no such name, or the array's state does not allow it");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  public int number() {
    return number;
  }

  public String meaning() {
    return meaning;
  }

  static List<ExitCode> all() {
    return List.of(values());
  }
}
