package dev.shunt.ops.bench;

import dev.shunt.ops.lab.LabProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A directory for one run, and the processes that work in it. A shell that waits for this process's
 * end ends them all and removes the directory, however that comes about.
 */
final class RunDirectory implements AutoCloseable {

  private static final String PROCESSES = "processes";
  private static final long END_SECONDS = 15;

  private final Path path;
  private final Process guard;
  private final List<Process> processes = new ArrayList<>();

  private RunDirectory(Path path, Process guard) {
    this.path = path;
    this.guard = guard;
  }

  static RunDirectory create() throws IOException {
    Path path = Files.createTempDirectory("shunt-bench-");
    Files.createFile(path.resolve(PROCESSES));
    Process guard =
        new ProcessBuilder(
                "setsid", "bash", "-c", resource("guard.sh"), "shunt-bench-guard", path.toString())
            .directory(Path.of("/").toFile())
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start();
    return new RunDirectory(path, guard);
  }

  /** A file that the benchmarks bring with them. */
  static String resource(String file) {
    try (InputStream in =
        Objects.requireNonNull(
            RunDirectory.class.getResourceAsStream(file), file + " is missing")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return path;
  }

  /**
   * Starts a process in it.
   *
   * @param builder with its output where it is to go; errors go to {@code NAME.err}
   */
  Process start(String name, ProcessBuilder builder) throws IOException, BenchException {
    Process process =
        builder
            .directory(path.toFile())
            .redirectError(Redirect.appendTo(path.resolve(name + ".err").toFile()))
            .start();
    processes.add(process);
    LabProcess id =
        LabProcess.of(process.pid())
            .orElseThrow(() -> new BenchException(name + " ended at once: " + errors(name)));
    Files.writeString(
        path.resolve(PROCESSES), id.pid() + " " + id.startTime() + "\n", StandardOpenOption.APPEND);
    return process;
  }

  /** What a process has written of errors, and behind that of output in {@code NAME.out}. */
  String errors(String name) {
    StringBuilder text = new StringBuilder();
    for (String file : List.of(name + ".err", name + ".out")) {
      try {
        text.append(Files.readString(path.resolve(file)));
      } catch (IOException _) {
        // There is none.
      }
    }
    return text.toString().strip();
  }

  /** The process that was started last. */
  Process last() {
    return processes.getLast();
  }

  /** Ends the process that was started last. */
  void endLast() throws BenchException {
    end(processes.removeLast());
  }

  private static void end(Process process) throws BenchException {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  /** Ends everything and removes the directory. */
  @Override
  public void close() throws BenchException {
    try {
      for (Process process : processes.reversed()) {
        end(process);
      }
    } finally {
      endGuard();
    }
  }

  private void endGuard() throws BenchException {
    try {
      guard.getOutputStream().close();
      guard.waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new BenchException(path + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
