package dev.shunt.integrationtests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shunt.integrationtests.harness.ArrayExtension;
import dev.shunt.integrationtests.harness.Download;
import dev.shunt.integrationtests.harness.Promised;
import dev.shunt.integrationtests.harness.Sessions;
import dev.shunt.integrationtests.harness.TestArray;
import dev.shunt.ops.lab.LabTopology;
import dev.shunt.ops.lab.Witness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Claims L4 and L11: new sessions are refused, those that there are run on. */
@ExtendWith(ArrayExtension.class)
class AdmissionIT {

  private static final int TRIES = 20;
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final int SLOW_MILLIS = 300;

  /** So much less is refused: some seconds' recovery. */
  private static final double RECOVERED = 0.05;

  /** How a client's try ended: curl's exit code, 7 for a refused connection, and after how long. */
  private record Try(int exit, double seconds) {}

  @Test
  void underAFullLimitLabelledSessionsOfSeveralMembersRunOnWhileNewOnesAreRefused(TestArray array) {
    String scheduler = array.scheduler();
    Sessions.awaitPairs(array);
    long before = refused(array, scheduler, "narrow", "sessions");
    List<Download> downloads = new ArrayList<>();
    Set<String> labelled = new HashSet<>();
    for (int i = 0; i < LabTopology.NARROW_SESSIONS; i++) {
      Download download =
          Download.start(array, Download.freshPort(), TestArray.url(LabTopology.NARROW_PORT, ""));
      downloads.add(download);
      JsonNode session = Sessions.established(array, scheduler, download);
      if (session.path("c2s").isInt()) {
        labelled.add(session.path("target").asText());
      }
    }
    assertThat(downloads).as("under way together").noneMatch(Download::isOver);
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
    assertThat(downloads).as("still under way").noneMatch(Download::isOver);
    assertThat(packets(array, labelled)).as("packets by label alone").isGreaterThan(packets);
    assertThat(downloads).allMatch(Download::isWhole);
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

  @Test
  void underOverloadEveryNodeServesExistingSessionsAndAnswersNewOnesWith503(TestArray array)
      throws Exception {
    Promised promised = new Promised(array);
    List<String> servers =
        array.lab().topology().serverHosts().stream().map(h -> h.name()).toList();
    Set<String> nodes = new HashSet<>();
    List<Promised.Answer> existing = new ArrayList<>();
    List<Promised.Answer> fresh = new ArrayList<>();
    try (Witness witness = Witness.start(array.lab())) {
      String cookie = promised.cookie();
      CompletableFuture<List<Promised.Answer>> kept = promised.onOneConnection();
      servers.forEach(server -> array.lab().faults().slow(server, SLOW_MILLIS));
      try {
        await()
            .atMost(TestArray.PATIENCE)
            .pollDelay(Duration.ZERO)
            .until(() -> {
              existing.addAll(promised.onNewConnections("-b", cookie));
              fresh.addAll(promised.onNewConnections());
              return promised.refusing().size() > 1;
            });
        existing.addAll(promised.onNewConnections("-b", cookie));
        existing.addAll(kept.get());
      } finally {
        servers.forEach(server -> array.lab().faults().slow(server, 0));
      }
      existing.forEach(answer -> nodes.add(promised.node(witness, answer)));
    }

    assertThat(existing).as("of existing sessions").allMatch(answer -> answer.status() == 200);
    assertThat(nodes).as("that served existing sessions").hasSizeGreaterThan(1);
    assertThat(fresh).extracting(Promised.Answer::status).containsOnly(200, 503);
    assertThat(fresh)
        .as("refused by nodes, who say when to come again")
        .filteredOn(answer -> answer.status() == 503)
        .allMatch(answer -> answer.server().isEmpty() && answer.retryAfter() >= 1);

    await()
        .atMost(TestArray.PATIENCE)
        .until(() ->
            promised.limiting().isEmpty()
                && promised.onNewConnections().stream().allMatch(a -> a.status() == 200));
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
