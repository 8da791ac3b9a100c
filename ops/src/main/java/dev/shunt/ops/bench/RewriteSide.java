package dev.shunt.ops.bench;

import dev.shunt.ops.bench.SamplePages.Page;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One of the two that rewrite pages: a process that is asked, see {@link RewriteWorker}. */
final class RewriteSide {

  private static final long ANSWER_SECONDS = 60;

  private final RunDirectory run;
  private final String name;
  private final BufferedReader from;
  private final Writer to;
  private final String version;
  private final Map<String, byte[]> results = new HashMap<>();

  private RewriteSide(RunDirectory run, String name, Process process) throws BenchException {
    this.run = run;
    this.name = name;
    this.from = process.inputReader(StandardCharsets.UTF_8);
    this.to = process.outputWriter(StandardCharsets.UTF_8);
    this.version = answer();
  }

  /**
   * Starts it, and returns when it has rewritten each page once.
   *
   * @param name and ending of its results, without the point
   */
  static RewriteSide start(RunDirectory run, String name, List<String> command)
      throws BenchException {
    try {
      return new RewriteSide(run, name, run.start(name, new ProcessBuilder(command)));
    } catch (IOException e) {
      throw new BenchException(name + ": " + e.getMessage(), e);
    }
  }

  /** With what it works. */
  String version() {
    return version;
  }

  /** What it made of a page; not to be changed. */
  byte[] result(Page page) throws BenchException {
    byte[] known = results.get(page.name());
    return known != null ? known : read(page);
  }

  private byte[] read(Page page) throws BenchException {
    try {
      byte[] result = Files.readAllBytes(run.path().resolve(page.name() + "." + name));
      results.put(page.name(), result);
      return result;
    } catch (IOException e) {
      throw new BenchException("%s of %s: %s".formatted(page.name(), name, e.getMessage()), e);
    }
  }

  /** Millions of a page's bytes that it rewrites in a second, measured for about so long. */
  double rate(Page page, long millis) throws BenchException {
    try {
      to.write(page.name() + " " + millis + "\n");
      to.flush();
    } catch (IOException e) {
      throw new BenchException("%s ended: %s".formatted(name, run.errors(name)), e);
    }
    return rate(answer(), page.size(), result(page).length);
  }

  /**
   * @param answer how often, nanoseconds, bytes of all results
   * @param result bytes of one result
   */
  static double rate(String answer, long page, long result) throws BenchException {
    String[] words = answer.split(" ", -1);
    long times = Long.parseLong(words[0]);
    if (times * result != Long.parseLong(words[2])) {
      throw new BenchException("another result than at first: " + answer);
    }
    return times * page * 1e3 / Long.parseLong(words[1]);
  }

  private String answer() throws BenchException {
    FutureTask<String> line = new FutureTask<>(from::readLine);
    Thread.startVirtualThread(line);
    try {
      String answer = line.get(ANSWER_SECONDS, TimeUnit.SECONDS);
      if (answer == null) {
        throw new BenchException("%s ended: %s".formatted(name, run.errors(name)));
      }
      return answer;
    } catch (ExecutionException | TimeoutException e) {
      throw new BenchException(
          "%s does not answer within %d s: %s".formatted(name, ANSWER_SECONDS, run.errors(name)),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }
}
