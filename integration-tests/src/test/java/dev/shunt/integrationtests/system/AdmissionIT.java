package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.LabTopology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claims L4 and L11: new sessions are refused, those that there are run on. */
@ExtendWith(ArrayExtension.class)
class AdmissionIT {

  private static final int FIRST_PORT = 26_000;
  private static final int TRIES = 20;
  private static final int BYTES = 30 << 20;
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final int SLOW_MILLIS = 300;

  /** So much less is refused: some seconds' recovery. */
  private static final double RECOVERED = 0.05;

  /** The common pool has one thread on a machine with two cores. */
  private static final Executor ALL_AT_ONCE = Executors.newVirtualThreadPerTaskExecutor();

  /** How a client's try ended: curl's exit code, 7 for a refused connection, and after how long. */
  private record Try(int exit, double seconds) {}

  @Test
  void underAFullLimitLabelledSessionsOfSeveralMembersRunOnWhileNewOnesAreRefused(TestArray array) {
    String scheduler = array.scheduler();
    awaitPairs(array, scheduler);
    long before = refused(array, scheduler, "narrow", "sessions");
    List<CompletableFuture<List<String>>> downloads = new ArrayList<>();
    Set<String> labelled = new HashSet<>();
    for (int i = 0; i < LabTopology.NARROW_SESSIONS; i++) {
      int port = FIRST_PORT + i;
      downloads.add(CompletableFuture.supplyAsync(() -> download(array, port), ALL_AT_ONCE));
      JsonNode session =
          await()
              .atMost(TestArray.PATIENCE)
              .until(
                  () -> session(array, scheduler, port),
                  s -> s.path("state").asText().equals("established"));
      if (session.path("c2s").isInt()) {
        labelled.add(session.path("target").asText());
      }
    }
    assertThat(downloads).as("under way together").noneMatch(CompletableFuture::isDone);
    assertThat(labelled).as("members with labelled sessions").hasSizeGreaterThan(1);
    long packets = packets(array, labelled);

    for (int i = 0; i < TRIES; i++) {
      Try refused = attempt(array, LabTopology.NARROW_PORT);
      assertThat(refused.exit()).as("curl's exit code").isEqualTo(7);
      assertThat(refused.seconds()).isLessThan(AT_ONCE.toMillis() / 1e3);
    }

    assertThat(refused(array, scheduler, "narrow", "sessions") - before).isEqualTo(TRIES);
    assertThat(admission(array, scheduler, "narrow").path("sessions").asInt())
        .isEqualTo(LabTopology.NARROW_SESSIONS);
    assertThat(downloads).as("still under way").noneMatch(CompletableFuture::isDone);
    assertThat(packets(array, labelled)).as("packets by label alone").isGreaterThan(packets);
    assertThat(downloads)
        .allSatisfy(download -> assertThat(download.join()).containsExactly("200 " + BYTES));
    await()
        .atMost(TestArray.PATIENCE)
        .until(() -> attempt(array, LabTopology.NARROW_PORT).exit() == 0);
  }

  @Test
  void whereAnswersComeTooLateAPartIsRefusedAndAdmittedAgainWhenTheyDoNot(TestArray array) {
    String scheduler = array.scheduler();
    long before = refused(array, scheduler, "brisk", "load");
    List<String> servers =
        array.lab().topology().serverHosts().stream().map(h -> h.name()).toList();
    servers.forEach(server -> array.lab().faults().slow(server, SLOW_MILLIS));
    double worst;
    try {
      await()
          .atMost(TestArray.PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .until(() ->
              attempt(array, LabTopology.BRISK_PORT).exit() == 7
                  && refused(array, scheduler, "brisk", "load") > before);
      // Never everything: some are served, however slowly.
      await()
          .atMost(TestArray.PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> attempt(array, LabTopology.BRISK_PORT).exit() == 0);
      worst = shed(array, scheduler);
      assertThat(worst).isBetween(0.1, 0.95);
    } finally {
      servers.forEach(server -> array.lab().faults().slow(server, 0));
    }

    await()
        .atMost(TestArray.PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          var _ = attempt(array, LabTopology.BRISK_PORT);
          return shed(array, scheduler) < worst - RECOVERED;
        });
    assertThat(attempt(array, LabTopology.WEB_PORT).exit()).as("another service").isZero();
  }

  /** The scheduler's kernel has labels to give. */
  private static void awaitPairs(TestArray array, String scheduler) {
    await()
        .atMost(TestArray.PATIENCE)
        .until(() ->
            array
                    .lab()
                    .admin(scheduler)
                    .get("/v1/status")
                    .at("/data_plane/label_pairs/queue")
                    .asInt()
                > 0);
  }

  private static Try attempt(TestArray array, int port) {
    String[] words =
        array
            .lab()
            .exec(
                "client",
                "sh",
                "-c",
                "curl -s -o /dev/null -m 5 -w '%{exitcode} %{time_total}' "
                    + TestArray.url(port, "/bytes/10")
                    + " || true")
            .strip()
            .split(" ", -1);
    return new Try(Integer.parseInt(words[0]), Double.parseDouble(words[1]));
  }

  private static List<String> download(TestArray array, int port) {
    return array.curl(
        "-m",
        "120",
        "--local-port",
        Integer.toString(port),
        "--limit-rate",
        "3M",
        "-w",
        "%{http_code} %{size_download}\n",
        "-o",
        "/dev/null",
        TestArray.url(LabTopology.NARROW_PORT, "/bytes/" + BYTES));
  }

  private static JsonNode session(TestArray array, String member, int port) {
    String client = array.lab().topology().require("client").address();
    return array
        .lab()
        .admin(member)
        .get("/v1/sessions?filter=client=" + client + ":" + port)
        .path("sessions")
        .path(0);
  }

  /** That these members took by session labels of the service. */
  private static long packets(TestArray array, Set<String> members) {
    return members.stream()
        .flatMap(member ->
            stream(array.lab().admin(member).get("/v1/labels?service=narrow").path("labels"))
                .filter(row -> row.path("action").asText().equals("to_stack")))
        .mapToLong(row -> row.path("packets").asLong())
        .sum();
  }

  private static double shed(TestArray array, String member) {
    return admission(array, member, "brisk").path("shed").asDouble();
  }

  private static long refused(TestArray array, String member, String service, String reason) {
    return admission(array, member, service).path("refused").path(reason).asLong();
  }

  private static JsonNode admission(TestArray array, String member, String service) {
    return stream(array.lab().admin(member).get("/v1/services").path("services"))
        .filter(s -> s.path("name").asText().equals(service))
        .findFirst()
        .orElseThrow()
        .path("admission");
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
