package dev.shunt.integrationtests.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shunt.ops.lab.LabCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One daemon under mixed load, amid restarts of servers, drains and exchanged certificates. A short
 * look by default; {@code -Dshunt.soak.minutes=30} is the real one, which also judges memory.
 */
class SoakIT {

  private static final int MINUTES = Integer.getInteger("shunt.soak.minutes", 0);
  private static final Duration SHORT = Duration.ofSeconds(15);
  private static final Duration START = Duration.ofMinutes(4);
  private static final int SAMPLES = 180;
  private static final int TOLD_EVERY = 12;

  /** Below that no trend can be told from warming up. */
  private static final int JUDGED_FROM = 10;

  private static final double FAILED_AT_MOST = 0.01;

  /** What a figure may grow by, in its own unit, however small it is. */
  private static final Map<String, Double> NOTHING =
      Map.of(
          "heap",
          2048.0,
          "direct",
          4096.0,
          "rss",
          16_384.0,
          "threads",
          3.0,
          "files",
          8.0,
          "sessions",
          100.0);

  private static final double PART = 0.05;

  private final SoakLog log = new SoakLog();
  private final Map<String, List<Double>> samples = new LinkedHashMap<>();

  @BeforeAll
  static void requireTools() {
    for (String tool : List.of("h2load", "openssl", "curl")) {
      if (!Files.isExecutable(Path.of("/usr/bin", tool))) {
        String reason = "needs " + tool;
        assertThat("true".equals(System.getenv("CI"))).as("CI must not skip: " + reason).isFalse();
        System.err.println("skipped: " + reason);
        Assumptions.abort(reason);
      }
    }
  }

  @Test
  void underMixedLoadNothingGrowsAndNoAnswerIsWrong(@TempDir Path folder) throws Exception {
    Duration length = MINUTES == 0 ? SHORT : Duration.ofMinutes(MINUTES);
    try (SoakServers servers = new SoakServers();
        SoakDaemon daemon = new SoakDaemon(folder, servers)) {
      await()
          .atMost(START)
          .ignoreExceptions()
          .until(() -> !daemon.alive() || !daemon.metrics().isEmpty());
      assertThat(daemon.alive()).as(Files.readString(daemon.log())).isTrue();
      try (SoakLoad load =
          new SoakLoad(
              daemon, LabCertificate.trusting(daemon.certificate(0), daemon.certificate(1)), log)) {
        load.start();
        disturb(length, servers, daemon);
      }
      report("soak of " + length, daemon);
    } finally {
      String said = Files.readString(folder.resolve("log"));
      assertThat(said).as("Netty's leak detector").doesNotContain("LEAK:");
    }
    assertThat(log.wrong()).as("wrong answers").isEmpty();
    assertThat(log.failedPart())
        .as("part of requests without an answer")
        .isLessThan(FAILED_AT_MOST);
    if (MINUTES >= JUDGED_FROM) {
      samples.forEach((figure, values) ->
          assertThat(settled(values).isFlat(PART, NOTHING.getOrDefault(figure, 0.0)))
              .as("%s does not grow: %s", figure, settled(values))
              .isTrue());
    }
  }

  /** Takes samples, and makes trouble between them. */
  private void disturb(Duration length, SoakServers servers, SoakDaemon daemon) throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    long end = System.nanoTime() + length.toNanos();
    long step = Math.max(length.toMillis() / SAMPLES, 1000);
    for (int i = 0; System.nanoTime() < end; i++) {
      assertThat(never.await(step, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(daemon.alive()).as("the daemon is there").isTrue();
      daemon
          .sample()
          .forEach((figure, value) ->
              samples.computeIfAbsent(figure, _ -> new ArrayList<>()).add(value));
      int server = i % SoakServers.HTTP;
      switch (i % 4) {
        case 0 -> servers.restart(server);
        case 1 -> daemon.exchangeCertificate();
        case 2 -> daemon.drain("web", server, true);
        default -> {
          for (int each = 0; each < SoakServers.HTTP; each++) {
            daemon.drain("web", each, false);
          }
        }
      }
      if (i % TOLD_EVERY == TOLD_EVERY - 1) {
        report("soak, %d samples".formatted(i + 1), daemon);
      }
    }
  }

  private void report(String title, SoakDaemon daemon) throws IOException, InterruptedException {
    StringBuilder text = new StringBuilder(title + "\n" + log.table());
    text.append(
        "%-12s %12s %12s %12s %14s%n".formatted("daemon", "first", "median", "last", "growth"));
    samples.forEach((figure, values) -> {
      Trend trend = settled(values);
      text.append(
          "%-12s %,12.0f %,12.0f %,12.0f %+,14.1f%n"
              .formatted(
                  figure, values.getFirst(), trend.median(), values.getLast(), trend.growth()));
    });
    text.append("resumed TLS sessions: %,.0f%n".formatted(daemon.resumedSessions()));
    System.out.println(text);
  }

  /** Without its first third, in which caches fill and code is compiled. */
  private static Trend settled(List<Double> values) {
    return Trend.of(values.subList(values.size() / 3, values.size()));
  }
}
