package dev.shunt.ops.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A process a lab started, told apart from a later one with the same id by its start time.
 *
 * @param startTime clock ticks since the machine started (proc(5), {@code stat} field 22)
 */
public record LabProcess(long pid, long startTime) {

  private static final int START_TIME_AFTER_COMMAND = 19;

  public static Optional<LabProcess> of(long pid) {
    try {
      return parseStat(Files.readString(Path.of("/proc", Long.toString(pid), "stat")))
          .map(start -> new LabProcess(pid, start));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static LabProcess self() {
    return of(ProcessHandle.current().pid())
        .orElseThrow(() -> new LabException("/proc does not show this process"));
  }

  /** The start time of a live process; empty for one that is dead and only waits to be reaped. */
  static Optional<Long> parseStat(String stat) {
    // The command stands in brackets and may itself hold spaces and brackets.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    if (fields.length <= START_TIME_AFTER_COMMAND
        || fields[0].equals("Z")
        || fields[0].equals("X")) {
      return Optional.empty();
    }
    return Optional.of(Long.parseLong(fields[START_TIME_AFTER_COMMAND]));
  }

  boolean alive() {
    return of(pid).filter(this::equals).isPresent();
  }

  /** Sends a signal, if the process is still the same one. */
  void signal(String name) {
    if (!alive()) {
      throw new LabException("process " + pid + " is not running");
    }
    Shell.run("kill", "-" + name, Long.toString(pid));
  }

  void write(Path file) {
    try {
      Files.writeString(file, pid + " " + startTime + "\n");
    } catch (IOException e) {
      throw new LabException(file + ": " + e.getMessage(), e);
    }
  }

  static Optional<LabProcess> read(Path file) {
    try {
      List<String> fields = List.of(Files.readString(file).strip().split(" "));
      return fields.size() == 2
          ? Optional.of(
              new LabProcess(Long.parseLong(fields.get(0)), Long.parseLong(fields.get(1))))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | NumberFormatException e) {
      throw new LabException(file + ": " + e.getMessage(), e);
    }
  }
}
