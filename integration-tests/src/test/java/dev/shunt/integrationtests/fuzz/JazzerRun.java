package dev.shunt.integrationtests.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a process of Jazzer came to, which makes inputs for one fuzzer and keeps those that reach
 * code that no other one reached.
 *
 * @param summary how many inputs it made, and how much code they reached; empty at a finding
 * @param output the end of what it said
 * @param finding the input at which it stopped, if it did, as a line of {@link Seeds}
 */
record JazzerRun(String summary, String output, Optional<String> finding) {

  /** How long it may take to start, and to try the seeds, on a machine that has much to do. */
  private static final long STARTING_SECONDS = 240;

  private static final int TAIL = 40;

  /** Netty's decoders too, so that what is new to them counts. */
  private static final String INSTRUMENTED =
      "dev.shunt.**:io.netty.handler.codec.http.**:io.netty.handler.codec.http2.**";

  /**
   * @param folder keeps what was found worth keeping, for the next time
   * @param seed of its choices
   */
  static JazzerRun of(Fuzzer fuzzer, Path folder, int seconds, long seed)
      throws IOException, InterruptedException {
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    Path findings = Files.createDirectories(folder.resolve("findings"));
    List<byte[]> seeds = Seeds.of(fuzzer);
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(corpus.resolve("seed-" + i), seeds.get(i));
    }
    for (Path old : list(findings)) {
      Files.delete(old);
    }
    Path log = folder.resolve("log");
    List<String> command = command(fuzzer, findings);
    command.add("-artifact_prefix=" + findings + "/");
    command.add("-max_total_time=" + seconds);
    command.add("-seed=" + seed);
    command.add(corpus.toString());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!process.waitFor(seconds + STARTING_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("Jazzer does not end: " + tail(log));
      }
    } finally {
      process.destroyForcibly();
    }
    Optional<String> finding = finding(findings);
    if (process.exitValue() != 0 && finding.isEmpty()) {
      throw new IOException("Jazzer failed: " + tail(log));
    }
    String summary =
        Files.readAllLines(log).stream().filter(l -> l.contains("DONE")).findFirst().orElse("");
    return new JazzerRun(summary, tail(log), finding);
  }

  private static List<String> command(Fuzzer fuzzer, Path findings) {
    String flags =
        Path.of(System.getProperty("shunt.home"), "ops/src/main/resources/jvm/libraries.flags")
            .toString();
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + flags,
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+EnableDynamicAgentLoading",
            "-cp",
            classes,
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + fuzzer.target().getName(),
            "--instrumentation_includes=" + INSTRUMENTED,
            "--custom_hook_includes=dev.shunt.**",
            "--reproducer_path=" + findings,
            "-timeout=30"));
  }

  private static Optional<String> finding(Path findings) throws IOException {
    for (Path file : list(findings)) {
      if (file.getFileName().toString().matches("(crash|timeout|oom)-.*")) {
        return Optional.of(Seeds.line(Files.readAllBytes(file)));
      }
    }
    return Optional.empty();
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static String tail(Path log) throws IOException {
    List<String> lines =
        Files.readAllLines(log).stream().filter(line -> !line.startsWith("INFO: ")).toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
  }
}
