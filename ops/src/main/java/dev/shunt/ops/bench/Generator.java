package dev.shunt.ops.bench;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs load generators, on the processor of the load. */
final class Generator {

  /** The programs, and the Debian packages that they come from. */
  static final Map<String, String> PROGRAMS =
      Map.of(
          "nginx", "nginx",
          "haproxy", "haproxy",
          "wrk", "wrk",
          "h2load", "nghttp2-client",
          "openssl", "openssl",
          "setsid", "util-linux",
          "taskset", "util-linux");

  private static final long SPARE_SECONDS = 30;

  private final Path dir;

  Generator(Path dir) {
    this.dir = dir;
  }

  /** As much as goes over keep-alive connections, HTTP/1.1. */
  Load wrk(String url, int connections, int seconds) throws BenchException {
    return Load.ofWrk(
        run(
            List.of(
                "wrk", "-t1", "-c" + connections, "-d" + seconds + "s", "--timeout", "20s", url),
            seconds));
  }

  /** As much as goes over HTTP/2, with so many requests at once on each connection. */
  Load http2(String url, int connections, int streams, int seconds) throws BenchException {
    return Load.ofH2load(
        run(
            List.of("h2load", "-t1", "-c" + connections, "-m" + streams, "-D" + seconds, url),
            seconds));
  }

  /** Microseconds of each request, of which each connection sends so many a second, HTTP/1.1. */
  List<Double> latencies(String url, int connections, int rate, int seconds) throws BenchException {
    Path log = dir.resolve("latencies");
    try {
      Files.deleteIfExists(log);
      Load load =
          Load.ofH2load(
              run(
                  List.of(
                      "h2load",
                      "-t1",
                      "--h1",
                      "-c" + connections,
                      "--rps=" + rate,
                      "-D" + seconds,
                      "--log-file=" + log,
                      url),
                  seconds));
      if (load.failed() > 0) {
        throw new BenchException(url + ": " + load.failed() + " requests failed");
      }
      return Load.latencies(Files.readAllLines(log));
    } catch (IOException e) {
      throw new BenchException(log + ": " + e.getMessage(), e);
    }
  }

  private String run(List<String> command, int seconds) throws BenchException {
    File output = dir.resolve("generator.out").toFile();
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Stand.loadCpu()));
    pinned.addAll(command);
    Process process = null;
    try {
      process =
          new ProcessBuilder(pinned)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.to(output))
              .start();
      if (!process.waitFor(seconds + SPARE_SECONDS, TimeUnit.SECONDS)) {
        throw new BenchException(String.join(" ", command) + ": does not end");
      }
      String text = Files.readString(output.toPath());
      if (process.exitValue() != 0) {
        throw new BenchException(String.join(" ", command) + ": " + text.strip());
      }
      return text;
    } catch (IOException e) {
      throw new BenchException(String.join(" ", command) + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
    }
  }
}
