package dev.shunt.ops.lab;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Ends labs, and stands guard over those that end with a process: a small shell in a session of its
 * own blocks on a pipe from that process and tears the lab down when the pipe closes. Even {@code
 * kill -9} closes a pipe.
 */
final class LabReaper implements AutoCloseable {

  static final String NO_OWNER = "none";

  private static final Duration TIME_LIMIT = Duration.ofSeconds(30);
  private static final String SCRIPT = script();

  private final Process process;

  private LabReaper(Process process) {
    this.process = process;
  }

  /** Guards the lab for as long as this process lives and has not closed the guard. */
  static LabReaper guard(LabPaths paths) {
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(command(paths, owner(paths)));
    try {
      return new LabReaper(
          new ProcessBuilder(command)
              .directory(Path.of("/").toFile())
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new LabException("starting the guard of lab " + paths.lab() + ": " + e.getMessage(), e);
    }
  }

  /** Lets the guard do its work now and waits for it. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(TIME_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new LabException(
            "tearing the lab down: not done after " + TIME_LIMIT.toSeconds() + " s");
      }
    } catch (IOException e) {
      throw new LabException("tearing the lab down: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends one lab now. */
  static void end(LabPaths paths) {
    Shell.Result result = Shell.attempt(command(paths, owner(paths)), "", TIME_LIMIT);
    if (!result.ok() || Files.exists(paths.dir())) {
      throw new LabException("lab " + paths.lab() + " is not gone: " + result.output().strip());
    }
  }

  /** Ends labs whose owner is gone; answers their names. */
  static List<String> sweep() {
    List<String> swept = new ArrayList<>();
    for (String lab : labs()) {
      LabPaths paths = new LabPaths(lab);
      boolean orphan =
          !owner(paths).equals(NO_OWNER)
              && LabProcess.read(paths.owner()).filter(LabProcess::alive).isEmpty();
      if (orphan && Files.exists(paths.owner())) {
        end(paths);
        swept.add(lab);
      }
    }
    return swept;
  }

  /** Names of the labs on this machine. */
  static List<String> labs() {
    List<String> labs = new ArrayList<>();
    if (Files.isDirectory(LabPaths.ROOT)) {
      try (DirectoryStream<Path> entries =
          Files.newDirectoryStream(LabPaths.ROOT, Files::isDirectory)) {
        entries.forEach(entry -> labs.add(entry.getFileName().toString()));
      } catch (IOException e) {
        throw new LabException(LabPaths.ROOT + ": " + e.getMessage(), e);
      }
    }
    labs.sort(null);
    return labs;
  }

  private static String owner(LabPaths paths) {
    try {
      return Files.exists(paths.owner()) ? Files.readString(paths.owner()).strip() : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static List<String> command(LabPaths paths, String owner) {
    return List.of("bash", "-c", SCRIPT, "shunt-lab-reaper", paths.lab(), owner);
  }

  private static String script() {
    try (InputStream in = LabReaper.class.getResourceAsStream("teardown.sh")) {
      if (in == null) {
        throw new LabException("teardown.sh is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new LabException("teardown.sh: " + e.getMessage(), e);
    }
  }
}
