package dev.shunt.ops.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs short programs of the system to their end, within a time and with bounded output. */
public final class Shell {

  private static final Duration TIME_LIMIT = Duration.ofSeconds(30);
  private static final int MAX_OUTPUT = 1 << 20;

  private Shell() {}

  /** What a program answered. */
  record Result(int exitCode, String output) {
    boolean ok() {
      return exitCode == 0;
    }
  }

  /**
   * Runs it and answers its output, standard error included; an exit code other than 0 is an error.
   */
  public static String run(String... command) {
    return run(List.of(command), "");
  }

  static String run(List<String> command, String input) {
    Result result = attempt(command, input, TIME_LIMIT);
    if (!result.ok()) {
      throw new LabException(
          "%s: exit code %d: %s"
              .formatted(String.join(" ", command), result.exitCode(), result.output().strip()));
    }
    return result.output();
  }

  /** Runs it and answers how it ended, whatever that is. */
  static Result attempt(List<String> command, String input, Duration limit) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended without reading; its exit code and output say more than the broken pipe.
      }
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new LabException(
            "%s: not done after %d ms".formatted(String.join(" ", command), limit.toMillis()));
      }
      return new Result(process.exitValue(), output.get());
    } catch (IOException | ExecutionException e) {
      throw new LabException(String.join(" ", command) + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException(String.join(" ", command) + ": interrupted", e);
    }
  }

  /** The command that runs {@code command} in a namespace, keeping the mounts as they are. */
  static List<String> inNamespace(String namespace, List<String> command) {
    // Not `ip netns exec`: it remounts /sys, and pinned BPF objects would be out of sight.
    return Stream.concat(
            Stream.of("nsenter", "--net=" + LabPaths.namespace(namespace)), command.stream())
        .toList();
  }

  private static String read(InputStream in) {
    try (in) {
      byte[] bytes = in.readNBytes(MAX_OUTPUT);
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
